import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Operator } from "rekam";

/** Who uses the tablet now. */
export interface Session {
  operator: Operator;
  /** Saves, then locks. */
  lock(): void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("the tablet is locked");
  return session;
}
