import { render } from "preact";
import "./styles/index.css";
import { Start } from "./start.js";
import { takePairingLink } from "./station/pairing-link.js";
import { language, texts } from "./texts/index.js";

const link = takePairingLink();
document.documentElement.lang = language;
document.title = texts.app.name;
render(<Start link={link} />, document.getElementById("app")!);
