using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

public sealed class DescriptionTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task The_description_is_OpenAPI_3_1_without_a_fault()
    {
        var text = await ReadAsync("/openapi/v1.json");
        Assert.StartsWith("3.1.", (string)JsonNode.Parse(text)!["openapi"]!, StringComparison.Ordinal);
        var read = OpenApiModelFactory.Parse(text, OpenApiConstants.Json, new OpenApiReaderSettings());
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
    }

    [Fact]
    public async Task Every_route_of_the_API_is_described_and_says_who_may_call_it()
    {
        var paths = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!["paths"]!;
        foreach (var route in server.Routes.Where(r => r.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var operation = paths[route.RoutePattern.RawText!.TrimEnd('/')]?[method.ToLowerInvariant()];
                Assert.True(operation is not null, $"{method} {route.RoutePattern.RawText} is not described.");
                Assert.NotNull(operation["operationId"]);
                Assert.NotNull(operation["summary"]);
                Assert.NotNull(operation["security"]);
                Assert.NotNull(operation["responses"]!["default"]!["content"]!["application/problem+json"]);
            }
        }
    }

    [Fact]
    public async Task A_path_put_behind_the_servers_address_is_a_route()
    {
        var document = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!;
        var address = (string)document["servers"]!.AsArray().Single()!["url"]!;
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"{address}/v1/events"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_webhooks_are_the_five_events_and_the_webhooks_own_with_the_contracts_schemas_and_samples()
    {
        var document = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!;
        var webhooks = document["webhooks"]!.AsObject();
        WebhookType[] types = [.. EventTypes.All, .. OperationalTypes.All];
        Assert.Equal(types.Select(t => t.Slug), webhooks.Select(w => w.Key));
        foreach (var type in types)
        {
            var operation = webhooks[type.Slug]!["post"]!;
            var content = operation["requestBody"]!["content"]!["application/json"]!;
            Assert.Equal($"#/components/schemas/{type.Slug}", (string)content["schema"]!["$ref"]!);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(type.Sample.Span), content["example"]));
            var expected = JsonNode.Parse(type.Schema.Span)!.AsObject();
            expected.Remove("$schema");
            var described = document["components"]!["schemas"]![type.Slug]!;
            Assert.True(JsonNode.DeepEquals(expected, described), $"{expected.ToJsonString()}\n{described.ToJsonString()}");
            Assert.Contains(WebhookHeaders.Signature, operation["parameters"]!.AsArray().Select(p => (string)p!["name"]!));
        }
    }

    [Fact]
    public async Task A_creation_requires_what_a_change_does_not()
    {
        var schemas = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!["components"]!["schemas"]!;
        Assert.Equal("url", (string)schemas["EndpointDraft"]!["required"]![0]!);
        Assert.Equal("string", (string)schemas["EndpointDraft"]!["properties"]!["url"]!["type"]!);
        Assert.Equal(
            ["none", "per_learner"], schemas["EndpointDraft"]!["properties"]!["ordering"]!["enum"]!.AsArray().Select(v => (string)v!));
        Assert.Null(schemas["EndpointDraftPatch"]!["required"]);
    }

    [Fact]
    public async Task A_change_that_takes_what_no_creation_does_requires_what_it_is_refused_without()
    {
        var document = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!;
        var body = document["paths"]!["/v1/enrollments/{id}"]!["patch"]!["requestBody"]!;
        Assert.Equal("#/components/schemas/EnrollmentPatch", (string)body["content"]!["application/json"]!["schema"]!["$ref"]!);
        Assert.Equal("action", (string)document["components"]!["schemas"]!["EnrollmentPatch"]!["required"]!.AsArray().Single()!);
    }

    [Fact]
    public async Task A_creation_requires_what_it_is_refused_without()
    {
        using var client = await server.NewInstitutionAsync();
        using var operators = server.Client(ApiServer.OperatorKey);
        var document = JsonNode.Parse(await ReadAsync("/openapi/v1.json"))!;
        var schemas = document["components"]!["schemas"]!;
        foreach (var (path, operations) in document["paths"]!.AsObject().Where(p => !p.Key.Contains('{', StringComparison.Ordinal)))
        {
            if (operations!["post"]?["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] is not { } reference)
                continue;
            var schema = schemas[((string)reference!).Split('/')[^1]]!;
            var required = schema["required"]?.AsArray().Select(r => (string)r!).ToArray() ?? [];
            var refused = await (path == "/v1/institutions" ? operators : client).PostAsync(path, new { });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Equal([path, .. refused.Pointers.Order()], [path, .. required.Select(r => $"/{r}").Order()]);
            Assert.All(required, r => Assert.False(schema["properties"]![r]!["type"] is JsonArray, $"{r} of {path} may be null."));
        }

        Assert.Equal("user_ids", (string)schemas["InviteRequest"]!["required"]!.AsArray().Single()!);
        Assert.Equal("user_id", (string)schemas["ParticipantRequest"]!["required"]!.AsArray().Single()!);
        Assert.Null(schemas["UserDraftPatch"]!["required"]);
    }

    [Theory]
    [InlineData("/docs/api", "text/html")]
    [InlineData("/docs/api/reference.js", "text/javascript")]
    [InlineData("/docs/api/page.css", "text/css")]
    [InlineData("/docs/api/swagger-ui.css", "text/css")]
    [InlineData("/docs/api/swagger-ui-bundle.js", "text/javascript")]
    [InlineData("/problems", "text/html")]
    [InlineData("/schemas/activities.trail.completed", "application/schema+json")]
    public async Task What_the_reference_needs_is_served_here(string path, string type)
    {
        using var anybody = server.Client();
        var answer = await anybody.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, type), (answer.Status, answer.MediaType));
        Assert.NotEmpty(answer.Text);
    }

    private async Task<string> ReadAsync(string path)
    {
        using var anybody = server.Client();
        var answer = await anybody.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Text;
    }
}
