/** One module, because staff go from the search to the person. */
export * as people from './search/people-page.tsx';
export * as person from './person/person-page.tsx';
