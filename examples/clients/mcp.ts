// Verified code as a tool of an agent: greenloop serve -m ollama/llama3.2:3b, then node examples/clients/mcp.ts
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const url = new URL('/mcp', process.env.GREENLOOP_URL ?? 'http://127.0.0.1:11500');
const client = new Client({ name: 'example', version: '1.0.0' });
await client.connect(new StreamableHTTPClientTransport(url));
const result = await client.callTool({
  name: 'solve_python_task',
  arguments: { task: 'Write double(x), which returns twice x.', tests: 'assert double(4) == 8' },
});
console.log(JSON.stringify(result.structuredContent, null, 2));
await client.close();
