import { useCallback, useEffect, useState } from 'react'

/** Asks the shop's own server; a refusal is an error with its words. */
export async function ask<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
  const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  const response = await fetch(`/api${path}`, request).catch(() => {
    throw new Error('The shop cannot be reached')
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  if (!response.ok) throw new Error(isJson ? JSON.parse(text).title : 'Something went wrong in the shop')
  return (isJson ? JSON.parse(text) : undefined) as T
}

/** What the shop answers, or why it does not; `reload` asks again. */
export function useAsked<T>(path: string) {
  const [answer, setAnswer] = useState<{ path: string; data?: T; error?: string }>({ path })
  const reload = useCallback(
    () =>
      ask<T>(path).then(
        (data) => setAnswer({ path, data }),
        (error: Error) => setAnswer({ path, error: error.message }),
      ),
    [path],
  )
  useEffect(() => void reload(), [reload])
  // What another path was answered with is not shown for this one.
  const { data, error } = answer.path === path ? answer : {}
  return { data, error, reload }
}
