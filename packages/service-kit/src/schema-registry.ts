import type { z } from 'zod';
import { $ZodRegistry, globalRegistry, type $ZodType } from 'zod/v4/core';

type Meta = Record<string, unknown> & { id?: string | undefined };

/**
 * The schemas that one service names as components. Zod keeps what `.meta()` says in one global registry, ids included, so
 * that every service would publish every schema that it imports: this one takes over descriptions and examples, never ids.
 */
export function createSchemaRegistry(schemas: Readonly<Record<string, z.ZodType>>): $ZodRegistry<Meta> {
  const registry = new $ZodRegistry<Meta>();
  registry._map = new MetaOverGlobal();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  return registry;
}

class MetaOverGlobal extends WeakMap<$ZodType, Meta> {
  override get(schema: $ZodType): Meta | undefined {
    const own = super.get(schema);
    const { id: _everybodys, ...described }: Meta = globalRegistry._map.get(schema) ?? {};
    return own === undefined && Object.keys(described).length === 0 ? undefined : { ...described, ...own };
  }

  override has(schema: $ZodType): boolean {
    return this.get(schema) !== undefined;
  }
}
