using System.Net;
using System.Text.Json;

namespace Sineta.Server.Tests.Api;

public sealed class PeopleTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly object Ana = new { name = "Ana Souza", email = "ana@example.com", cpf = "52998224725", nickname = "Aninha" };

    [Fact]
    public async Task A_user_is_registered_changed_and_let_go()
    {
        using var client = await server.NewInstitutionAsync();
        var made = (await client.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created);
        Assert.Equal("529.982.247-25", made.GetProperty("cpf").GetString());
        Assert.Equal("learner", made.GetProperty("role").GetString());
        Assert.False(made.GetProperty("has_password").GetBoolean());
        Assert.True(Guid.TryParse(made.GetProperty("uuid").GetString(), out _));

        var path = $"/v1/users/{made.GetProperty("id").GetInt64()}";
        var changed = (await client.PatchAsync(path, new { name = "Ana Souza Lima", nickname = (string?)null, role = "manager" })).Ok();
        Assert.Equal("Ana Souza Lima", changed.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("nickname").ValueKind);
        foreach (var kept in new[] { "email", "cpf", "uuid", "created_at" })
            Assert.Equal(made.GetProperty(kept).GetString(), changed.GetProperty(kept).GetString());
        Assert.Equal(changed.GetRawText(), (await client.GetAsync(path)).Text);

        (await client.PostAsync("/v1/users", Ana)).Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(path)).Status);
        (await client.GetAsync(path)).Is(HttpStatusCode.NotFound, "not-found");
        (await client.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("learning:manage", "integrator")]
    [InlineData("learning:manage", "manager")]
    [InlineData("learning:manage webhooks:manage", "integrator")]
    [InlineData("learning:manage webhooks:manage events:write", "manager")]
    public async Task A_key_makes_changes_and_lets_in_nobody_who_could_do_more_than_the_key(string scopes, string role)
    {
        using var owner = await server.NewInstitutionAsync();
        var made = (await owner.PostAsync("/v1/api-keys", new { name = "RH", scopes = scopes.Split(' ') })).Ok(HttpStatusCode.Created);
        using var client = server.Client(made.GetProperty("key").GetString());
        var above = (await owner.PostAsync("/v1/users", new { name = "Bia", email = "bia@example.com", cpf = "52998224725", role }))
            .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        var learner = (await client.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

        Answer[] refused =
        [
            await client.PostAsync("/v1/users", new { name = "Caio", email = "caio@example.com", cpf = "52998224725", role }),
            await client.PatchAsync($"/v1/users/{learner}", new { role }),
            await client.PatchAsync($"/v1/users/{above}", new { email = "mine@example.com" }),
            await client.PostAsync($"/v1/users/{above}/password-reset"),
            await client.DeleteAsync($"/v1/users/{above}"),
        ];

        Assert.All(refused, answer => answer.Is(HttpStatusCode.Forbidden, "forbidden"));
        var users = (await owner.GetAsync("/v1/users")).Ok().GetProperty("data").EnumerateArray();
        Assert.Equal(
            [("ana@example.com", "learner"), ("bia@example.com", role)],
            users.Select(u => (u.GetProperty("email").GetString()!, u.GetProperty("role").GetString()!)));
        (await client.PatchAsync($"/v1/users/{learner}", new { nickname = "Nana" })).Ok();
        (await client.PostAsync($"/v1/users/{learner}/password-reset")).Ok();
        (await owner.PostAsync($"/v1/users/{above}/password-reset")).Ok();
    }

    [Fact]
    public async Task Every_fault_of_a_user_is_named_at_once_and_nothing_is_kept()
    {
        using var client = await server.NewInstitutionAsync();
        var refused = (await client.PostAsync("/v1/users", new { email = "ana", cpf = "123.456.789-01", uuid = "1", role = "dean" }))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(["/cpf", "/email", "/name", "/role", "/uuid"], refused.Pointers.Order(StringComparer.Ordinal));
        Assert.Empty((await client.GetAsync("/v1/users")).Ok().GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Keys_that_only_read_see_CPFs_masked_and_nobody_sees_a_password()
    {
        using var owner = await server.NewInstitutionAsync();
        var id = (await owner.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        var made = (await owner.PostAsync("/v1/api-keys", new { name = "leitor", scopes = new[] { "read" } })).Ok(HttpStatusCode.Created);
        using var reader = server.Client(made.GetProperty("key").GetString());
        foreach (var path in new[] { "/v1/users", $"/v1/users/{id}" })
        {
            Assert.Contains("529.982.247-25", (await owner.GetAsync(path)).Text, StringComparison.Ordinal);
            var text = (await reader.GetAsync(path)).Text;
            Assert.Contains("XXX.XXX.XXX-XX", text, StringComparison.Ordinal);
            Assert.DoesNotContain("529", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hash", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Users_are_listed_by_name_over_pages_whatever_their_names_and_found_by_a_part()
    {
        using var client = await server.NewInstitutionAsync();
        string[] names = ["Élida: a de Sá", "ana", "Ana", new('é', 255), "Zeca 100%_"];
        for (var i = 0; i < names.Length; i++)
        {
            var draft = new { name = names[i], email = $"p{i}@example.com", cpf = "52998224725" };
            (await client.PostAsync("/v1/users", draft)).Ok(HttpStatusCode.Created);
        }

        var seen = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await client.GetAsync($"/v1/users?limit=1{cursor}")).Ok();
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(u => u.GetProperty("name").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Equal("Zeca 100%_", Assert.Single(await FindAsync("%25_")));
        Assert.Equal("ana", Assert.Single(await FindAsync("P1%40")));
        (await client.GetAsync("/v1/users?search=%00")).Is(HttpStatusCode.BadRequest, "invalid-request");

        async Task<IEnumerable<string?>> FindAsync(string search) =>
            (await client.GetAsync($"/v1/users?search={search}")).Ok().GetProperty("data").EnumerateArray()
                .Select(u => u.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_reset_answers_a_token_that_is_shown_nowhere_else()
    {
        using var client = await server.NewInstitutionAsync();
        var user = (await client.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created);
        var path = $"/v1/users/{user.GetProperty("id").GetInt64()}";
        var answer = await client.PostAsync($"{path}/password-reset");
        var token = answer.Ok().GetProperty("token").GetString()!;
        Assert.DoesNotContain(token, (await client.GetAsync(path)).Text, StringComparison.Ordinal);
        var other = (await client.PostAsync($"{path}/password-reset")).Ok().GetProperty("token").GetString();
        Assert.NotEqual(token, other);
        (await client.PostAsync("/v1/users/0/password-reset")).Is(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_school_names_its_managers_and_every_fault_of_it()
    {
        using var client = await server.NewInstitutionAsync();
        var ana = (await client.PostAsync("/v1/users", Ana)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        var refused = (await client.PostAsync("/v1/schools", new { name = " ", manager_ids = new[] { ana, ana + 1 } }))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(["/name", "/manager_ids/1"], refused.Pointers);
        Assert.Equal(["/manager_ids/0"], (await client.PostAsync("/v1/schools", new { name = "a", manager_ids = new object[] { "1" } })).Pointers);

        var made = (await client.PostAsync("/v1/schools", new { name = "Ofícios", manager_ids = new[] { ana } })).Ok(HttpStatusCode.Created);
        Assert.Equal("Ana Souza", made.GetProperty("managers")[0].GetProperty("name").GetString());
        var path = $"/v1/schools/{made.GetProperty("id").GetInt64()}";
        var renamed = (await client.PatchAsync(path, new { name = "Artes e ofícios" })).Ok();
        Assert.Equal(ana, Assert.Single(renamed.GetProperty("managers").EnumerateArray()).GetProperty("user_id").GetInt64());
        Assert.Empty((await client.PatchAsync(path, new { manager_ids = Array.Empty<long>() })).Ok().GetProperty("managers").EnumerateArray());
        Assert.Equal("Artes e ofícios", (await client.GetAsync("/v1/schools")).Ok().GetProperty("data")[0].GetProperty("name").GetString());
    }
}
