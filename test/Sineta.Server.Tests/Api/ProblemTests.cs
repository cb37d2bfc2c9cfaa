using System.Net;
using System.Net.Http.Json;
using System.Text;
using Sineta.Server.Api;

namespace Sineta.Server.Tests.Api;

public sealed class ProblemTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_route_that_is_none_and_a_method_that_is_not_for_it_are_problems()
    {
        using var client = await server.NewInstitutionAsync();
        (await client.GetAsync("/v1/nothing")).Is(HttpStatusCode.NotFound, "not-found");
        (await client.GetAsync("/nothing")).Is(HttpStatusCode.NotFound, "not-found");
        var wrong = (await client.SendAsync(HttpMethod.Put, "/v1/endpoints", JsonContent.Create(new { })))
            .Is(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Contains("POST", wrong.Headers["Allow"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_kind_of_problem_has_its_page()
    {
        using var anybody = server.Client();
        var all = await anybody.GetAsync("/problems");
        foreach (var type in ProblemTypes.All)
        {
            Assert.Contains(type.Uri, all.Text, StringComparison.Ordinal);
            Assert.Equal("text/html", (await anybody.GetAsync(type.Uri)).MediaType);
        }

        (await anybody.GetAsync("/problems/none")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=1&limit=2")]
    [InlineData("limit=ten")]
    [InlineData("cursor=nonsense")]
    [InlineData("cursor=")]
    [InlineData("colour=red")]
    public async Task A_parameter_that_cannot_be_is_named(string query)
    {
        using var client = await server.NewInstitutionAsync();
        var answer = (await client.GetAsync($"/v1/endpoints?{query}")).Is(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal($"?{query.Split('=')[0]}", answer.Pointers[0]);
    }

    [Fact]
    public async Task The_cursor_of_another_list_is_refused()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        for (var i = 0; i < 2; i++)
            (await operators.PostAsync("/v1/institutions", new { name = "Escola" })).Ok(HttpStatusCode.Created);
        var cursor = (await operators.GetAsync("/v1/institutions?limit=1")).Ok().GetProperty("next_cursor").GetString();
        using var client = await server.NewInstitutionAsync();
        Assert.Equal(["?cursor"], (await client.GetAsync($"/v1/endpoints?cursor={cursor}"))
            .Is(HttpStatusCode.BadRequest, "invalid-request").Pointers);
    }

    [Fact]
    public async Task A_cursor_that_was_made_up_is_refused()
    {
        using var client = await server.NewInstitutionAsync();
        var madeUp = Cursor.Write("endpoints", "not an id");
        Assert.Equal(["?cursor"], (await client.GetAsync($"/v1/endpoints?cursor={madeUp}"))
            .Is(HttpStatusCode.BadRequest, "invalid-request").Pointers);
    }

    [Fact]
    public async Task A_fault_of_ours_is_told_without_its_stack_trace()
    {
        using var client = await server.NewInstitutionAsync();
        await using (var command = server.Database.CreateCommand("alter table api_keys rename column hint to hidden"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        try
        {
            var answer = (await client.GetAsync("/v1/api-keys")).Is(HttpStatusCode.InternalServerError, "internal");
            Assert.DoesNotContain("hint", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        }
        finally
        {
            await using var command = server.Database.CreateCommand("alter table api_keys rename column hidden to hint");
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("/v1/events", "application/json")]
    [InlineData("/v1/events/batch", "application/json")]
    [InlineData("/v1/endpoints", "application/json")]
    [InlineData("/v1/imports?kind=users", "text/csv")]
    [InlineData("/v1/files?name=a.pdf", "application/pdf")]
    public async Task A_compressed_body_is_refused_for_its_Content_Encoding(string path, string contentType)
    {
        using var client = await server.NewInstitutionAsync();
        using var content = new ByteArrayContent([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xAB, 0xAE, 5, 0]);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        content.Headers.ContentEncoding.Add("gzip");
        var refused = (await client.SendAsync(HttpMethod.Post, path, content))
            .Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Contains("Content-Encoding", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Management_bodies_that_are_no_JSON_are_refused()
    {
        using var client = await server.NewInstitutionAsync();
        foreach (var body in new[] { "{", new string('[', 1_000), "{} {}" })
            (await client.PostTextAsync("/v1/endpoints", body)).Is(HttpStatusCode.BadRequest, "invalid-json");
        (await client.PostBytesAsync("/v1/endpoints", [(byte)'{', 0xFF])).Is(HttpStatusCode.BadRequest, "invalid-json");
        Assert.Contains("/\\ud800", (await client.PostTextAsync("/v1/endpoints", "{\"\\ud800\":1}"))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
        (await client.PostTextAsync("/v1/endpoints", "[]")).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        (await client.PostBytesAsync("/v1/endpoints", Encoding.UTF8.GetBytes("{}".PadRight(256 * 1024 + 1))))
            .Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }
}
