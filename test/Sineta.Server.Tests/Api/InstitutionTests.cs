using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Endpoints;

namespace Sineta.Server.Tests.Api;

public sealed class InstitutionTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_institution_is_ready_in_one_call()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var made = (await operators.PostAsync("/v1/institutions", new { name = "Colégio São João" })).Ok(HttpStatusCode.Created);
        Assert.Equal("America/Sao_Paulo", made.GetProperty("time_zone").GetString());
        Assert.Matches("^sk_[A-Za-z0-9_-]{43}$", made.GetProperty("api_key").GetString());

        using var client = server.Client(made.GetProperty("api_key").GetString());
        (await client.GetAsync("/v1/event-types")).Ok();
        Assert.Equal(4, (await client.GetAsync("/v1/api-keys")).Ok().GetProperty("data")[0].GetProperty("scopes").GetArrayLength());
    }

    [Fact]
    public async Task Pages_of_the_list_have_every_institution_once()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        for (var i = 0; i < 3; i++)
            (await operators.PostAsync("/v1/institutions", new { name = $"Escola {i}" })).Ok(HttpStatusCode.Created);
        var seen = new List<long>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await operators.GetAsync($"/v1/institutions?limit=2{cursor}")).Ok();
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(i => i.GetProperty("id").GetInt64()));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(seen.Distinct().Order(), seen);
        Assert.True(seen.Count >= 3);
    }

    [Theory]
    [InlineData("""{"name":"","time_zone":"Brasilia"}""", "/name,/time_zone")]
    [InlineData("""{"name":"a\u0007"}""", "/name")]
    [InlineData("""{"name":"Escola","time_zone":"posix/UTC"}""", "/time_zone")]
    [InlineData("""{"name":"Escola","time_zone":"localtime"}""", "/time_zone")]
    [InlineData("""{}""", "/name")]
    [InlineData("""{"name":7,"zone":"UTC"}""", "/name,/zone")]
    public async Task What_is_no_institution_is_refused_by_name(string body, string pointers)
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var answer = (await operators.PostTextAsync("/v1/institutions", body)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(pointers.Split(','), answer.Pointers);
    }

    [Fact]
    public async Task A_changed_institution_is_so_to_its_keys_at_once_and_what_is_not_given_stays()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        using var client = await server.NewInstitutionAsync();
        var configuration = server.Services.GetRequiredService<Configuration>();
        var id = configuration.FindKey(client.Key)!.Institution.Id;

        (await operators.PatchAsync($"/v1/institutions/{id}", new { name = "Colégio Novo" })).Ok();
        var changed = (await operators.PatchAsync($"/v1/institutions/{id}", new { time_zone = "America/Manaus" })).Ok();

        Assert.Equal("Colégio Novo", changed.GetProperty("name").GetString());
        Assert.Equal("America/Manaus", changed.GetProperty("time_zone").GetString());
        Assert.Equal(changed.GetRawText(), (await operators.GetAsync($"/v1/institutions/{id}")).Ok().GetRawText());
        Assert.Equal(("Colégio Novo", "America/Manaus"), (configuration.FindKey(client.Key)!.Institution is var seen ? (seen.Name, seen.TimeZone) : default));
        Assert.Equal(2, await server.CountAsync("select count(*) from audit_entries where institution_id = $1 and what = 'institution.changed'", id));
    }

    [Fact]
    public async Task A_faulty_change_of_an_institution_names_each_fault_and_changes_nothing()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var id = (await operators.PostAsync("/v1/institutions", new { name = "Escola" })).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

        var refused = await operators.PatchAsync($"/v1/institutions/{id}", new { name = "", time_zone = "Brasilia" });

        Assert.Equal(["/name", "/time_zone"], refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
        Assert.Equal("Escola", (await operators.GetAsync($"/v1/institutions/{id}")).Ok().GetProperty("name").GetString());
        (await operators.PatchAsync("/v1/institutions/999999", new { name = "Nobody" })).Is(HttpStatusCode.NotFound, "not-found");
        (await operators.GetAsync("/v1/institutions/none")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_key_is_shown_once_and_kept_as_its_hash()
    {
        using var client = await server.NewInstitutionAsync();
        var made = (await client.PostAsync("/v1/api-keys", new { name = "CI", scopes = new[] { "events:write" } }))
            .Ok(HttpStatusCode.Created);
        var key = made.GetProperty("key").GetString()!;

        var listed = await client.GetAsync("/v1/api-keys");

        Assert.DoesNotContain(key, listed.Text, StringComparison.Ordinal);
        Assert.Contains(
            listed.Ok().GetProperty("data").EnumerateArray(), k => k.GetProperty("hint").GetString() == $"{key[..7]}…{key[^4..]}");
        Assert.Equal(0, await server.CountAsync("select count(*) from api_keys k where k::text like '%' || $1 || '%'", key[3..]));
    }

    [Fact]
    public async Task A_key_can_give_no_scope_that_it_has_not()
    {
        using var client = await server.NewInstitutionAsync();
        var made = (await client.PostAsync("/v1/api-keys", new { name = "manager", scopes = new[] { "webhooks:manage" } }))
            .Ok(HttpStatusCode.Created);
        using var manager = server.Client(made.GetProperty("key").GetString());
        var refused =
            await manager.PostAsync("/v1/api-keys", new { name = "more", scopes = new[] { "webhooks:manage", "events:write", "all" } });
        Assert.Equal(["/scopes/1", "/scopes/2"], refused.Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
    }

    [Fact]
    public async Task The_operator_makes_and_revokes_keys_of_the_institution_that_is_named()
    {
        using var operators = server.Client(ApiServer.OperatorKey);
        var institution = (await operators.PostAsync("/v1/institutions", new { name = "Escola" }))
            .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        (await operators.PostAsync("/v1/api-keys", new { name = "x", scopes = new[] { "read" } }))
            .Is(HttpStatusCode.BadRequest, "invalid-request");
        (await operators.GetAsync("/v1/api-keys?institution_id=999999")).Is(HttpStatusCode.BadRequest, "invalid-request");

        var made = (await operators.PostAsync($"/v1/api-keys?institution_id={institution}", new { name = "x", scopes = new[] { "read" } }))
            .Ok(HttpStatusCode.Created);
        using var client = server.Client(made.GetProperty("key").GetString());
        (await client.GetAsync("/v1/endpoints")).Ok();

        var path = $"/v1/api-keys/{made.GetProperty("id").GetString()}?institution_id={institution}";
        Assert.Equal(HttpStatusCode.NoContent, (await operators.DeleteAsync(path)).Status);
        (await client.GetAsync("/v1/endpoints")).Is(HttpStatusCode.Unauthorized, "unauthorized");
        (await operators.DeleteAsync(path)).Is(HttpStatusCode.NotFound, "not-found");
    }
}
