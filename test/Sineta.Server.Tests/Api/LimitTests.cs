using System.Net;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>Where the server says "not now" or "no more" rather than growing without bound.</summary>
public sealed class LimitTests(Postgres postgres)
{
    [Fact]
    public async Task What_cannot_be_stored_in_time_is_answered_503_with_Retry_After_and_not_stored()
    {
        await using var busy = new ApiServer(postgres) { Settings = ["--Delivery:IntakeQueueBytes", "1"] };
        await busy.InitializeAsync();
        using var client = await busy.NewInstitutionAsync();
        var submission = new { type = "activities.course.enrollment", data = Samples.Enrollment(1) };

        var single = await client.PostAsync("/v1/events", submission);
        var batch = await client.PostAsync("/v1/events/batch", new { events = new[] { submission } });
        Assert.Equal("1", single.Is(HttpStatusCode.ServiceUnavailable, "overloaded").Headers["Retry-After"]);
        Assert.Equal("1", batch.Is(HttpStatusCode.ServiceUnavailable, "overloaded").Headers["Retry-After"]);
        Assert.Equal(0, await busy.CountAsync("select count(*) from events"));
    }

    [Fact]
    public async Task An_institution_has_no_more_endpoints_than_the_operator_allows()
    {
        await using var small = new ApiServer(postgres) { Settings = ["--Delivery:MaxEndpoints", "1"] };
        await small.InitializeAsync();
        using var client = await small.NewInstitutionAsync();
        var first = (await client.PostAsync("/v1/endpoints", new { url = "http://127.0.0.1:1/" })).Ok(HttpStatusCode.Created);
        (await client.PostAsync("/v1/endpoints", new { url = "http://127.0.0.1:1/" })).Is(HttpStatusCode.Conflict, "conflict");

        using var other = await small.NewInstitutionAsync();
        (await other.PostAsync("/v1/endpoints", new { url = "http://127.0.0.1:1/" })).Ok(HttpStatusCode.Created);
        await client.DeleteAsync($"/v1/endpoints/{first.GetProperty("id").GetString()}");
        (await client.PostAsync("/v1/endpoints", new { url = "http://127.0.0.1:1/" })).Ok(HttpStatusCode.Created);
    }
}
