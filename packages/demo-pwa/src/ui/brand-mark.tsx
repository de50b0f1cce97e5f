/** The sign of the app: a split stick, apart or together. */
export function BrandMark({ isOpen = false, size = 72 }: { readonly isOpen?: boolean; readonly size?: number }) {
  return (
    <svg
      class={isOpen ? "brand-mark brand-mark-open" : "brand-mark"}
      width={size}
      height={size}
      viewBox="6 8 60 58"
      aria-hidden="true"
    >
      <path class="brand-mark-upper" d="M10 8h52a4 4 0 0 1 4 4v20H52l-4 8H36l-4-8H22l-3 5H6V12a4 4 0 0 1 4-4z" />
      <path class="brand-mark-lower" d="M6 37h13l3-5h10l4 8h12l4-8h14v28a4 4 0 0 1-4 4H10a4 4 0 0 1-4-4z" />
    </svg>
  );
}
