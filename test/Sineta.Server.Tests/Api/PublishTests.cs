using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sineta.Events;

namespace Sineta.Server.Tests.Api;

public sealed class PublishTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Slug = "activities.course.enrollment";

    [Fact]
    public async Task Each_of_the_five_is_accepted_and_stored_as_its_contract_writes_it()
    {
        using var client = await server.NewInstitutionAsync();
        foreach (var type in EventTypes.All)
        {
            var answer = await client.PostAsync(
                "/v1/events", new { type = type.Slug, data = Samples.DataOf(type), occurred_at = "2026-03-10 12:01:43" });

            var body = answer.Ok(HttpStatusCode.Accepted);
            Assert.Equal(0, body.GetProperty("deliveries").GetInt32());
            var stored = JsonNode.Parse(await Samples.StoredAsync(server, body.GetProperty("id").GetString()!))!;
            var expected = JsonNode.Parse(type.Sample.Span)!;
            expected["event"]!["send_at"] = "2026-03-10 12:01:43";
            Assert.True(JsonNode.DeepEquals(expected, stored), stored.ToJsonString());
        }
    }

    [Theory]
    [InlineData("2026-07-01T12:00:00Z", "2026-07-01 08:00:00", "2026-07-01T12:00:00Z")]
    [InlineData("2026-07-01T12:00:00.123456789-03:00", "2026-07-01 11:00:00", "2026-07-01T15:00:00.123456Z")]
    [InlineData("2026-07-01 12:00:00", "2026-07-01 12:00:00", "2026-07-01T16:00:00Z")]
    [InlineData("2026-07-01T12:00:00\\u002B05:30", "2026-07-01 02:30:00", "2026-07-01T06:30:00Z")]
    public async Task When_it_happened_is_written_in_the_institutions_own_time(string given, string sendAt, string instant)
    {
        using var client = await server.NewInstitutionAsync(timeZone: "America/Manaus");
        var body = $$"""{"type":"{{Slug}}","data":{{Samples.Enrollment(1).ToJsonString()}},"occurred_at":"{{given}}"}""";

        var id = (await client.PostTextAsync("/v1/events", body)).Ok(HttpStatusCode.Accepted).GetProperty("id").GetString()!;

        Assert.Equal(sendAt, (string)JsonNode.Parse(await Samples.StoredAsync(server, id))!["event"]!["send_at"]!);
        Assert.Equal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), (await Samples.RowAsync(server, id)).OccurredAt);
    }

    [Fact]
    public async Task What_the_publisher_leaves_out_is_made_of_the_event_itself()
    {
        using var client = await server.NewInstitutionAsync();
        var id = (await PublishAsync(client, Samples.Enrollment(7))).Ok(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        var row = await Samples.RowAsync(server, id);
        Assert.Equal(("enrollment:7", "987654321", id, (string?)null), (row.DedupeKey, row.Learner, row.Correlation, row.Source));
    }

    [Fact]
    public async Task What_the_publisher_gives_is_kept()
    {
        using var client = await server.NewInstitutionAsync();
        var id = (await client.PostAsync("/v1/events", new
        {
            type = Slug,
            data = Samples.Enrollment(7),
            dedupe_key = "matrícula/7",
            learner = "aluno-1",
            correlation = "action-1",
            source = "api",
        })).Ok(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        var row = await Samples.RowAsync(server, id);
        Assert.Equal(("matrícula/7", "aluno-1", "action-1", "api"), (row.DedupeKey, row.Learner, row.Correlation, row.Source));
    }

    [Fact]
    public async Task The_same_fact_published_again_is_the_first_event()
    {
        using var client = await server.NewInstitutionAsync();
        var first = (await PublishAsync(client, Samples.Enrollment(1))).Ok(HttpStatusCode.Accepted);

        var again = (await PublishAsync(client, Samples.Enrollment(1))).Ok();

        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal((true, false), (again.GetProperty("duplicate").GetBoolean(), again.GetProperty("differs").GetBoolean()));
        Assert.Equal(1, await server.CountAsync(
            "select count(*) from events where institution_id = $1", await Samples.InstitutionOfAsync(server, first)));
    }

    [Fact]
    public async Task Another_fact_under_a_key_that_is_taken_is_told_from_the_same_one_told_later()
    {
        using var client = await server.NewInstitutionAsync();
        object Told(int enrollment, string at) => new { type = Slug, data = Samples.Enrollment(enrollment), dedupe_key = "m", occurred_at = at };
        var first = (await client.PostAsync("/v1/events", Told(1, "2026-03-10T12:00:00Z"))).Ok(HttpStatusCode.Accepted);

        Assert.False(Differs((await client.PostAsync("/v1/events", Told(1, "2026-03-10T13:00:00Z"))).Ok()));
        Assert.True(Differs((await client.PostAsync("/v1/events", Told(2, "2026-03-10T12:00:00Z"))).Ok()));
        var items = (await client.PostAsync("/v1/events/batch", new
        {
            events = new[]
            {
                Told(1, "2026-03-10T12:00:00Z"), Told(2, "2026-03-10T12:00:00Z"),
                new { type = Slug, data = Samples.Enrollment(3), dedupe_key = "n", occurred_at = "2026-03-10T12:00:00Z" },
                new { type = Slug, data = Samples.Enrollment(4), dedupe_key = "n", occurred_at = "2026-03-10T12:00:00Z" },
            },
        })).Ok().GetProperty("results");

        Assert.Equal([200, 200, 202, 200], items.EnumerateArray().Select(r => Int(r, "status")));
        Assert.Equal([false, true, null, true], items.EnumerateArray().Select(r => r.TryGetProperty("differs", out var d) ? d.GetBoolean() : (bool?)null));
        Assert.Equal(first.GetProperty("id").GetString(), items[1].GetProperty("id").GetString());

        static bool Differs(JsonElement answer) => answer.GetProperty("differs").GetBoolean();
    }

    [Fact]
    public async Task Two_institutions_may_have_the_same_fact()
    {
        using var one = await server.NewInstitutionAsync();
        using var other = await server.NewInstitutionAsync();
        (await PublishAsync(one, Samples.Enrollment(1))).Ok(HttpStatusCode.Accepted);
        (await PublishAsync(other, Samples.Enrollment(1))).Ok(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task The_same_request_under_an_Idempotency_Key_is_the_first_event_and_another_body_is_refused()
    {
        using var client = await server.NewInstitutionAsync();
        var body = $$"""{"type":"{{Slug}}","data":{{Samples.Enrollment(1).ToJsonString()}}}""";
        var first = (await client.PostTextAsync("/v1/events", body, idempotencyKey: "k-1")).Ok(HttpStatusCode.Accepted);

        var again = (await client.PostTextAsync("/v1/events", body, idempotencyKey: "k-1")).Ok();
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());

        var other = body.Replace("\"id\":1,", "\"id\":2,", StringComparison.Ordinal);
        Assert.NotEqual(body, other);
        (await client.PostTextAsync("/v1/events", other, idempotencyKey: "k-1")).Is(HttpStatusCode.Conflict, "idempotency-key-reused");
        using var stranger = await server.NewInstitutionAsync();
        (await stranger.PostTextAsync("/v1/events", other, idempotencyKey: "k-1")).Ok(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public async Task An_Idempotency_Key_that_is_none_is_refused(string key)
    {
        using var client = await server.NewInstitutionAsync();
        (await client.PostTextAsync("/v1/events", "{}", idempotencyKey: key)).Is(HttpStatusCode.BadRequest, "invalid-request");
        (await client.PostTextAsync("/v1/events", "{}", idempotencyKey: new string('k', 256)))
            .Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Published_by_many_at_once_a_fact_is_stored_once()
    {
        using var client = await server.NewInstitutionAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PublishAsync(client, Samples.Enrollment(1))));
        Assert.Single(answers.Select(a => a.Body.GetProperty("id").GetString()).Distinct());
        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Every_fault_of_an_event_is_named_at_once_and_nothing_is_stored()
    {
        using var client = await server.NewInstitutionAsync();
        var data = Samples.Enrollment(0);
        data["course"]!["id"] = "1";
        data["user"]!["cpf"] = "12345678999";
        data["user"]!.AsObject().Remove("email");
        data["colour"] = "red";

        var answer = await client.PostAsync("/v1/events", new
        {
            type = Slug,
            data,
            occurred_at = "2026-02-30 10:00:00",
            dedupe_key = "",
            learner = 5,
            source = new string('s', 65),
            correlation = "a\nb",
            kind = "x",
        });

        Assert.Equal(
            [
                "/correlation", "/data/colour", "/data/course/id", "/data/enrollment/id", "/data/user/cpf", "/data/user/email",
                "/dedupe_key", "/kind", "/learner", "/occurred_at", "/source",
            ],
            answer.Is(HttpStatusCode.UnprocessableEntity, "invalid-event").Pointers.Order(StringComparer.Ordinal));
        Assert.Equal(0, await server.CountAsync("select count(*) from events where institution_id = (select max(id) from institutions)"));
    }

    [Theory]
    [InlineData("""{"type":"activities.course.enrolment","data":{}}""", "/type")]
    [InlineData("""{"type":1,"data":{}}""", "/type")]
    [InlineData("""{}""", "/type,/data")]
    [InlineData("""[]""", "")]
    [InlineData("""5""", "")]
    [InlineData("""{"type":"activities.course.enrollment","data":null}""", "/data")]
    [InlineData("""{"type":"activities.course.enrollment","data":[1]}""", "/data")]
    [InlineData("""{"type":"activities.course.enrolment","type":"x","data":{},"a/b~c":1}""", "/type,/type,/a~1b~0c")]
    [InlineData("""{"half a pair\ud83d":1}""", """/half a pair\ud83d,/type,/data""")]
    public async Task What_is_no_event_is_refused_by_name(string body, string pointers)
    {
        using var client = await server.NewInstitutionAsync();
        Assert.Equal(pointers.Split(','), (await client.PostTextAsync("/v1/events", body))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-event").Pointers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"type":"activities.course.enrollment","data":{"user":{"id":1""")]
    [InlineData("""{"type":NaN}""")]
    [InlineData("""{"type":"a"} {}""")]
    [InlineData("""{'type':'a'}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("not json")]
    public async Task What_is_no_JSON_is_refused_with_the_place(string body)
    {
        using var client = await server.NewInstitutionAsync();
        Assert.Contains("line ", (await client.PostTextAsync("/v1/events", body))
            .Is(HttpStatusCode.BadRequest, "invalid-json").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        using var client = await server.NewInstitutionAsync();
        (await client.PostTextAsync("/v1/events", new string('[', 100_000))).Is(HttpStatusCode.BadRequest, "invalid-json");
        var nested = $$"""{"type":"{{Slug}}","data":{{new string('[', 60)}}{{new string(']', 60)}}}""";
        (await client.PostTextAsync("/v1/events", nested)).Is(HttpStatusCode.UnprocessableEntity, "invalid-event");
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        using var client = await server.NewInstitutionAsync();
        (await client.PostBytesAsync("/v1/events", [.. "{\"type\":\""u8, 0xC3, 0x28, .. "\"}"u8]))
            .Is(HttpStatusCode.BadRequest, "invalid-json");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task A_body_that_does_not_say_that_it_is_JSON_is_refused(string? contentType)
    {
        using var client = await server.NewInstitutionAsync();
        foreach (var path in new[] { "/v1/events", "/v1/events/batch", "/v1/endpoints" })
            (await client.PostTextAsync(path, "{}", contentType)).Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task Up_to_256_KiB_are_taken_and_no_more()
    {
        using var client = await server.NewInstitutionAsync();
        var body = $$"""{"type":"{{Slug}}","data":{{Samples.Enrollment(1).ToJsonString()}}}""";
        (await client.PostTextAsync("/v1/events", body.PadRight(256 * 1024))).Ok(HttpStatusCode.Accepted);
        (await client.PostTextAsync("/v1/events", body.PadRight(256 * 1024 + 1))).Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var chunked = new StreamContent(new EndlessBlanks());
        chunked.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        (await client.SendAsync(HttpMethod.Post, "/v1/events", chunked)).Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task More_than_a_day_ahead_is_refused()
    {
        using var client = await server.NewInstitutionAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (moment, pointers) in new[] { (now.AddHours(23), Array.Empty<string>()), (now.AddHours(25), ["/occurred_at"]) })
        {
            var answer = await client.PostAsync("/v1/events",
                new { type = Slug, data = Samples.Enrollment(1), occurred_at = moment.ToString("O", CultureInfo.InvariantCulture) });
            Assert.Equal(pointers, answer.Status == HttpStatusCode.Accepted ? [] : answer.Pointers);
        }
    }

    [Fact]
    public async Task Each_item_of_a_batch_has_its_own_result()
    {
        using var client = await server.NewInstitutionAsync();
        var answer = (await client.PostAsync("/v1/events/batch", new
        {
            events = new object[]
            {
                new { type = Slug, data = Samples.Enrollment(1) },
                new { type = Slug, data = Samples.Enrollment(0), colour = "red" },
                new { type = Slug, data = Samples.Enrollment(1) },
                new { type = Slug, data = Samples.Enrollment(2) },
                7,
            },
        })).Ok();

        Assert.Equal((2, 1, 2), (Int(answer, "accepted"), Int(answer, "duplicates"), Int(answer, "refused")));
        var results = answer.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal([202, 422, 200, 202, 422], results.Select(r => Int(r, "status")));
        Assert.Equal(results[0].GetProperty("id").GetString(), results[2].GetProperty("id").GetString());
        Assert.Equal(
            ["/events/1/colour", "/events/1/data/enrollment/id"],
            results[1].GetProperty("errors").EnumerateArray()
                .Select(e => e.GetProperty("pointer").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_sent_again_under_its_Idempotency_Key_is_the_first_events()
    {
        using var client = await server.NewInstitutionAsync();
        var body = JsonSerializer.Serialize(
            new { events = Enumerable.Range(1, 3).Select(i => new { type = Slug, data = Samples.Enrollment(i) }) });
        var first = (await client.PostTextAsync("/v1/events/batch", body, idempotencyKey: "b")).Ok();

        var again = (await client.PostTextAsync("/v1/events/batch", body, idempotencyKey: "b")).Ok();
        Assert.Equal(3, Int(again, "duplicates"));
        Assert.Equal(Ids(first), Ids(again));

        var changed = body.Replace("\"enrollment\":{\"id\":2,", "\"enrollment\":{\"id\":20,", StringComparison.Ordinal);
        var mixed = (await client.PostTextAsync("/v1/events/batch", changed, idempotencyKey: "b")).Ok();
        Assert.Equal([200, 409, 200], mixed.GetProperty("results").EnumerateArray().Select(r => Int(r, "status")));
    }

    [Theory]
    [InlineData("""{"events":[]}""", "/events")]
    [InlineData("""{"events":{}}""", "/events")]
    [InlineData("""{"items":[]}""", "")]
    [InlineData("""{"events":[1],"events":[2]}""", "")]
    [InlineData("""[]""", "")]
    public async Task What_is_no_batch_is_refused_whole(string body, string pointer)
    {
        using var client = await server.NewInstitutionAsync();
        Assert.Equal([pointer], (await client.PostTextAsync("/v1/events/batch", body))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-event").Pointers);
    }

    [Fact]
    public async Task A_batch_of_more_than_1000_or_of_broken_JSON_is_refused_whole()
    {
        using var client = await server.NewInstitutionAsync();
        var many = $$"""{"events":[{{string.Join(",", Enumerable.Repeat("1", 1_001))}}]}""";
        (await client.PostTextAsync("/v1/events/batch", many)).Is(HttpStatusCode.UnprocessableEntity, "invalid-event");
        (await client.PostTextAsync("/v1/events/batch", """{"events":[{"type":1},""")).Is(HttpStatusCode.BadRequest, "invalid-json");
    }

    private static Task<Answer> PublishAsync(ApiClient client, JsonObject data) =>
        client.PostAsync("/v1/events", new { type = Slug, data });

    private static int Int(JsonElement body, string key) => body.GetProperty(key).GetInt32();

    private static string[] Ids(JsonElement answer) =>
        [.. answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];

    /// <summary>A body without a length that goes on for as long as anybody reads it, up to 2 MiB.</summary>
    private sealed class EndlessBlanks : Stream
    {
        private int _left = 2 * 1024 * 1024;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = Math.Min(count, _left);
            _left -= read;
            buffer.AsSpan(offset, read).Fill((byte)' ');
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
