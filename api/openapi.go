package main

import "brandregistry/docs"

type openAPICommand struct {
	YAML bool `name:"yaml" help:"输出 YAML，而非 JSON (YAML instead of JSON)。"`
}

// Run prints the document that the server serves.
func (c *openAPICommand) Run(p *invocation) error {
	document := docs.OpenAPIJSON
	if c.YAML {
		document = docs.OpenAPIYAML
	}
	_, err := p.stdout.Write(document)
	return err
}
