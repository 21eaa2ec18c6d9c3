/** A failed step. `code` is stable. Compare `code`, not the class: errors cross from workers, which are other realms. */
export class RekamError extends Error {
  override readonly name = "RekamError";
  constructor(
    readonly code: string,
    /** The step of the flow that failed, the first word of the code. */
    readonly step: string,
    /** Whether the same call may succeed later without anybody changing anything. */
    readonly retryable: boolean,
    message: string,
  ) {
    super(message);
  }
}

/** What crosses between page and worker in place of an error. */
export interface Failure {
  code: string;
  step: string;
  retryable: boolean;
  message: string;
}

/** The code of anything thrown, `internal_error` where it has none. */
export function codeOf(error: unknown): string {
  return isFailure(error) ? error.code : "internal_error";
}

/** What to send for anything thrown. A bug keeps its message, which never holds what was typed. */
export function toFailure(error: unknown): Failure {
  if (isFailure(error)) {
    const { code, step, retryable, message } = error;
    return { code, step, retryable, message };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "something that is no Error was thrown";
  return { code: "internal_error", step: "internal", retryable: false, message };
}

/** The error of what was sent. */
export function fromFailure({ code, step, retryable, message }: Failure): RekamError {
  return new RekamError(code, step, retryable, message);
}

function isFailure(value: unknown): value is Failure {
  return (
    value instanceof Object &&
    "code" in value &&
    typeof value.code === "string" &&
    "step" in value &&
    typeof value.step === "string" &&
    "retryable" in value &&
    typeof value.retryable === "boolean" &&
    "message" in value &&
    typeof value.message === "string"
  );
}
