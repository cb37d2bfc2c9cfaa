using System.Text;
using Sineta.Delivery.Dispatch;
using Sineta.Events;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class SignedRequestTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = EventTypes.CourseEnrollment.Sample.ToArray();

    [Fact]
    public async Task What_is_sent_is_the_body_byte_for_byte_under_exactly_the_headers_listed()
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 204 No Content\n\n");
        using var sender = SenderFixture.NewSender();
        var endpoint = NewEndpoint($"http://127.0.0.1:{receiver.Port}/hooks?a=b", new() { ["X-Key"] = "k" });
        var request = Request(NewEvent(source: "class_invite"), endpoint);

        await sender.SendAsync(request, SenderFixture.Ample, TestContext.Current.CancellationToken);

        var (head, body) = Assert.Single(receiver.Requests);
        var lines = head.Split("\r\n");
        Assert.Equal("POST /hooks?a=b HTTP/1.1", lines[0]);
        var listed = request.ListHeaders().Select(header => $"{header.Key}: {header.Value}").Append($"host: 127.0.0.1:{receiver.Port}");
        var byName = StringComparer.OrdinalIgnoreCase;
        Assert.Equal(listed.Order(byName), lines[1..].Order(byName), byName);
        Assert.Equal(Encoding.UTF8.GetString(Body), body);
    }

    [Fact]
    public void Every_header_of_the_contract_is_there_and_no_other()
    {
        var headers = Headers(Request(NewEvent(source: "api"), NewEndpoint()));

        Assert.Equal(new Dictionary<string, string>
        {
            ["content-type"] = "application/json; charset=utf-8",
            ["content-length"] = $"{Body.Length}",
            ["user-agent"] = headers["user-agent"],
            ["webhook-id"] = "evt_1",
            ["webhook-timestamp"] = "1614265330",
            ["webhook-signature"] = WebhookSignature.Sign("evt_1", 1_614_265_330, Body, SenderFixture.Secret),
            ["ce-specversion"] = "1.0",
            ["ce-id"] = "evt_1",
            ["ce-type"] = "activities.course.enrollment",
            ["ce-source"] = "/institutions/42",
            ["ce-subject"] = "7",
            ["ce-time"] = "2025-03-10T12:01:43-03:00",
            ["ce-dataschema"] = "https://sineta.example/v1/event-types/activities.course.enrollment",
            ["sineta-event"] = "activities.course.enrollment",
            ["sineta-delivery"] = "dlv_1",
            ["sineta-attempt"] = "3",
            ["sineta-dedupe-key"] = "enrollment:11",
            ["sineta-correlation"] = "cor_1",
            ["sineta-source"] = "api",
        }, headers);
        Assert.StartsWith("Sineta/", headers["user-agent"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_event_has_not_is_left_out()
    {
        var bare = new RenderedEvent("evt_1", "webhooks.endpoint.disabled", Body, Now, dedupeKey: null, "cor_1");

        Assert.DoesNotContain(
            Headers(Request(bare, NewEndpoint())).Keys,
            name => name is "ce-subject" or "ce-dataschema" or "sineta-dedupe-key" or "sineta-source" or "sineta-test");
    }

    [Fact]
    public void A_test_says_so()
    {
        var sample = new RenderedEvent("evt_1", "x", Body, Now, dedupeKey: null, "cor_1", isTest: true);

        Assert.Equal("true", Headers(Request(sample, NewEndpoint()))["sineta-test"]);
    }

    [Fact]
    public void Every_secret_in_force_signs()
    {
        var former = WebhookSecret.Generate();
        var request = SignedRequest.Sign(NewEvent(), NewEndpoint(), [SenderFixture.Secret, former], "dlv_1", 1, Now);

        foreach (var secret in new[] { SenderFixture.Secret, former })
        {
            var result = WebhookSignature.Verify("evt_1", "1614265330", request.Signature, Body, [secret], Now);
            Assert.IsType<VerificationResult.Verified>(result);
        }
    }

    [Fact]
    public void A_masked_body_is_signed_as_it_is_sent_and_the_event_stays_as_it_was()
    {
        var happened = NewEvent();
        var masking = new RenderedEndpoint(42, new Uri("https://example.com"), maskCpf: true, new Dictionary<string, string>());
        var masked = Request(happened, masking);

        Assert.Contains("\"cpf\":\"XXX.XXX.XXX-XX\"", Encoding.UTF8.GetString(masked.Body.Span), StringComparison.Ordinal);
        Assert.Equal(WebhookSignature.Sign("evt_1", 1_614_265_330, masked.Body.Span, SenderFixture.Secret), masked.Signature);
        Assert.Equal(Body, Request(happened, NewEndpoint()).Body);
    }

    [Fact]
    public void The_log_makes_the_same_request_again_from_the_stored_timestamp_and_signature()
    {
        var sent = Request(NewEvent(), NewEndpoint());
        var shown = new SignedRequest(NewEvent(), NewEndpoint(), "dlv_1", 3, sent.SignedAt, sent.Signature);

        Assert.Equal(sent.ListHeaders(), shown.ListHeaders());
        Assert.Equal(sent.Body, shown.Body);
    }

    [Theory]
    [InlineData("enrollment:11/type:Achievement", "enrollment:11/type:Achievement")]
    [InlineData("José da Silva", "Jos%C3%A9%20da%20Silva")]
    [InlineData("100%\r\n\"x\"", "100%25%0D%0A%22x%22")]
    public async Task A_text_that_a_header_cannot_hold_is_percent_encoded(string key, string value)
    {
        await using var receiver = RawReceiver.Answering("HTTP/1.1 204 No Content\n\n");
        using var sender = SenderFixture.NewSender();
        var happened = new RenderedEvent("evt_1", "x", Body, Now, key, correlation: key, source: key, subject: key);

        var request = Request(happened, NewEndpoint($"http://127.0.0.1:{receiver.Port}/"));
        var result = await sender.SendAsync(request, SenderFixture.Ample, TestContext.Current.CancellationToken);

        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
        Assert.Equal(4, receiver.Requests.Single().Head.Split("\r\n").Count(line => line.EndsWith($": {value}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2025-03-10T12:01:43-03:00")]
    [InlineData("2025-03-10T12:01:43.0625000-03:00")]
    [InlineData("2025-03-10T15:01:43+00:00")]
    public void The_time_is_RFC_3339_with_its_offset(string time)
    {
        var happened = new RenderedEvent("evt_1", "x", Body, DateTimeOffset.Parse(time, null), null, "cor_1");

        Assert.Equal(time, Headers(Request(happened, NewEndpoint()))["ce-time"]);
    }

    private static RenderedEvent NewEvent(string? source = null) => new(
        "evt_1", "activities.course.enrollment", Body, new DateTimeOffset(2025, 3, 10, 12, 1, 43, TimeSpan.FromHours(-3)), "enrollment:11",
        "cor_1", source, subject: "7", dataSchema: "https://sineta.example/v1/event-types/activities.course.enrollment");

    private static RenderedEndpoint NewEndpoint(string url = "https://example.com/hooks", Dictionary<string, string>? headers = null) =>
        new(42, new Uri(url), maskCpf: false, headers ?? []);

    private static SignedRequest Request(RenderedEvent happened, RenderedEndpoint endpoint) =>
        SignedRequest.Sign(happened, endpoint, [SenderFixture.Secret], "dlv_1", 3, Now);

    private static Dictionary<string, string> Headers(SignedRequest request) => new(request.ListHeaders());
}
