export const busyPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>One moment, please · Latchkey</title>
<h1>One moment, please</h1>
<p>There were too many requests just now. Nothing is lost. Wait a minute, then reload this page.</p>
</html>
`;
