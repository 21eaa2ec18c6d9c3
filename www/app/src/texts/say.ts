import { message } from "rekam";
import { language } from "./index.js";

/** The core's sentence for a finding or an error. */
export const say = (code: string): string => message(code, language);
