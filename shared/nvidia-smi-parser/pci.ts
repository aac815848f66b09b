const form = /^([0-9a-f]{1,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-9a-f])$/i

/**
 * A PCI bus id in the kernel's form, `0000:1b:00.0`, so that nvidia-smi, sysfs, lspci -D and Xid lines compare equal.
 * nvidia-smi itself prints the domain with eight digits. Undefined when the text is no bus id.
 */
export const pciBusId = (text: string | undefined): string | undefined => {
  const match = text === undefined ? null : form.exec(text.trim())
  if (!match) return undefined
  const domain = Number.parseInt(match[1] ?? '', 16)
    .toString(16)
    .padStart(4, '0')
  return `${domain}:${match[2]}:${match[3]}.${match[4]}`.toLowerCase()
}
