import { Icon } from "../parts/icon.js";
import type { Proposal } from "../recording/proposals.js";

/** What may be meant, one press each. */
export function ProposalChips({ proposals, take }: { proposals: Proposal[]; take(value: string): void }) {
  if (proposals.length === 0) return null;
  return (
    <div class="proposals">
      {proposals.map(({ value, label }) => (
        <button key={label} type="button" class="button proposal" onClick={() => take(value)}>
          <Icon name="plus" />
          {label}
        </button>
      ))}
    </div>
  );
}
