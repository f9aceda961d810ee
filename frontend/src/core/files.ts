/** Files of the program that no tag of the page names, such as the map's worker; the survey form keeps them for later. */

const files = new Set<string>();

export function noteFile(address: string): void {
  files.add(new URL(address, document.baseURI).href);
}

export function notedFiles(): readonly string[] {
  return [...files];
}
