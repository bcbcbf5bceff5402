/** The page has no router, to measure the router's cost. */
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { hydrateRoot } from 'react-dom/client';

const client = new QueryClient();
client.setQueryData(['heading'], 'Security methods');

function Heading() {
  const { data } = useQuery({ queryKey: ['heading'], queryFn: () => location.pathname, staleTime: Infinity });
  return (
    <main>
      <h1>{data}</h1>
    </main>
  );
}

hydrateRoot(
  document.getElementById('root')!,
  <QueryClientProvider client={client}>
    <Heading />
  </QueryClientProvider>,
);
