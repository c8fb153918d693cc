export default function Page() {
  return <p>A page of Next.js</p>
}
