const euros = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' })

/** Prices are in cents. */
export const money = (cents: number): string => euros.format(cents / 100)
