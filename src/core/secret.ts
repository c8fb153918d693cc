/** How many characters the secret has at least. */
export const shortestSecret = 32

export const howToMakeSecret = `node -p "crypto.randomBytes(32).toString('base64url')"`
