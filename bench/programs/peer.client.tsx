/** The least that a page with these libraries costs the main thread. */
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { hydrateRoot } from 'react-dom/client';
import { BrowserRouter, useLocation } from 'react-router';

const client = new QueryClient();
client.setQueryData(['heading'], 'Security methods');

function Heading() {
  const { pathname } = useLocation();
  const { data } = useQuery({ queryKey: ['heading'], queryFn: () => pathname, staleTime: Infinity });
  return (
    <main>
      <h1>{data}</h1>
    </main>
  );
}

hydrateRoot(
  document.getElementById('root')!,
  <BrowserRouter>
    <QueryClientProvider client={client}>
      <Heading />
    </QueryClientProvider>
  </BrowserRouter>,
);
