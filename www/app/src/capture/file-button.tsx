import { Icon } from "../parts/icon.js";

interface Props {
  label: string;
  /** Where the visible label is too short to stand alone. */
  name?: string;
  accept?: string;
  multiple?: boolean;
  disabled?: boolean;
  chosen(files: File[]): void;
}

/** A file input that looks like a button. */
export function FileButton({ label, name, accept, multiple = false, disabled = false, chosen }: Props) {
  return (
    <label class="button file-button" data-disabled={disabled}>
      <Icon name="file" />
      {label}
      <input
        type="file"
        class="visually-hidden"
        aria-label={name}
        accept={accept}
        multiple={multiple}
        disabled={disabled}
        onChange={(event) => {
          const input = event.currentTarget;
          const files = [...(input.files ?? [])];
          // The same file may be chosen again after a retake.
          input.value = "";
          if (files.length > 0) chosen(files);
        }}
      />
    </label>
  );
}
