using System.Net;
using System.Text;
using System.Text.Json;
using Sineta.Delivery.Dispatch;
using Sineta.Events;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class HandshakeTests
{
    private const string Challenge = "0123456789abcdef0123456789abcdef";

    private static readonly Guid EndpointId = Guid.CreateVersion7();

    [Theory]
    [InlineData(Challenge)]
    [InlineData(" \r\n" + Challenge + "\n")]
    [InlineData("\uFEFF" + Challenge)]
    [InlineData("\"" + Challenge + "\"")]
    [InlineData("""{"challenge":"0123456789abcdef0123456789abcdef"}""")]
    [InlineData("""  {"ok":true, "challenge" : "0123456789abcdef0123456789abcdef"} """)]
    public void An_endpoint_that_echoes_the_challenge_is_proven(string body) =>
        Assert.IsType<HandshakeResult.Proven>(Judge(HttpStatusCode.Accepted, body));

    [Theory]
    [InlineData("", HandshakeFault.NotEchoed)]
    [InlineData("ok", HandshakeFault.NotEchoed)]
    [InlineData("<html>it works</html>", HandshakeFault.NotEchoed)]
    [InlineData("{}", HandshakeFault.NotEchoed)]
    [InlineData("""{"challenge":null}""", HandshakeFault.NotEchoed)]
    [InlineData("""{"challenge":["0123456789abcdef0123456789abcdef"]}""", HandshakeFault.NotEchoed)]
    [InlineData("""{"challenge":"\ud800"}""", HandshakeFault.NotEchoed)]
    [InlineData("""{"challenge":"0123456789abcdef""", HandshakeFault.NotEchoed)]
    [InlineData("""{"Challenge":"0123456789abcdef0123456789abcdef"}""", HandshakeFault.NotEchoed)]
    [InlineData("""[{"challenge":"0123456789abcdef0123456789abcdef"}]""", HandshakeFault.NotEchoed)]
    [InlineData("0123456789ABCDEF0123456789ABCDEF", HandshakeFault.WrongChallenge)]
    [InlineData("""{"challenge":"00000000000000000000000000000000"}""", HandshakeFault.WrongChallenge)]
    public void A_2xx_that_does_not_is_not(string body, HandshakeFault fault)
    {
        var failed = Assert.IsType<HandshakeResult.Failed>(Judge(HttpStatusCode.OK, body));

        Assert.Equal(fault, failed.Fault);
        Assert.Contains("200", failed.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, "redirect")]
    [InlineData(400, "data.challenge")]
    [InlineData(401, "credentials")]
    [InlineData(404, "path")]
    [InlineData(405, "POST")]
    [InlineData(503, "problem of its own")]
    public void A_refusal_tells_the_owner_what_to_do_even_where_it_echoes(int status, string advice)
    {
        var failed = Assert.IsType<HandshakeResult.Failed>(Judge((HttpStatusCode)status, Challenge));

        Assert.Equal(HandshakeFault.Refused, failed.Fault);
        Assert.Contains(advice, failed.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_question_is_a_signed_event_with_the_challenge_in_its_data()
    {
        await using var receiver = RawReceiver.Answering($"HTTP/1.1 200 OK\nContent-Length: {Challenge.Length}\n\n{Challenge}");
        using var sender = SenderFixture.NewSender();
        var verification = NewVerification($"http://127.0.0.1:{receiver.Port}/");

        var result = await new Handshake(sender).AskAsync(
            verification.ToRequest(), Challenge, SenderFixture.Ample, TestContext.Current.CancellationToken);

        Assert.IsType<HandshakeResult.Proven>(result);
        var (head, body) = Assert.Single(receiver.Requests);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("Webhooks - Verificação", json.RootElement.GetProperty("event").GetProperty("name").GetString());
        Assert.Equal($"ep_{EndpointId:N}", json.RootElement.GetProperty("data").GetProperty("endpoint_id").GetString());
        Assert.Equal(Challenge, json.RootElement.GetProperty("data").GetProperty("challenge").GetString());
        var sent = HeadersOf(head);
        Assert.Equal("webhooks.endpoint.verification", sent["sineta-event"]);
        Assert.IsType<VerificationResult.Verified>(WebhookSignature.Verify(
            sent["webhook-id"], sent["webhook-timestamp"], sent["webhook-signature"], Encoding.UTF8.GetBytes(body), [SenderFixture.Secret],
            verification.AskedAt));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_told_so()
    {
        using var sender = SenderFixture.NewSender(loopback: false);

        var result = await new Handshake(sender).AskAsync(
            NewVerification("https://127.0.0.1:9/").ToRequest(), Challenge, SenderFixture.Ample, TestContext.Current.CancellationToken);

        var failed = Assert.IsType<HandshakeResult.Failed>(result);
        Assert.Equal(HandshakeFault.Unreachable, failed.Fault);
        Assert.StartsWith(
            "127.0.0.1 leads to an address that is not public: loopback (127.0.0.0/8).", failed.Sentence, StringComparison.Ordinal);
    }

    private static Verification NewVerification(string url) => new()
    {
        InstitutionId = 42,
        EventId = Guid.CreateVersion7(),
        DeliveryId = Guid.CreateVersion7(),
        EndpointId = EndpointId,
        Endpoint = new RenderedEndpoint(42, new Uri(url), maskCpf: false, new Dictionary<string, string>()),
        Secrets = [SenderFixture.Secret],
        Challenge = Challenge,
        AskedAt = new DateTimeOffset(2025, 3, 10, 12, 1, 43, TimeSpan.FromHours(-3)),
    };

    private static Dictionary<string, string> HeadersOf(string head) => head.Split("\r\n").Skip(1)
        .Select(line => line.Split(": ", 2))
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    private static HandshakeResult Judge(HttpStatusCode status, string body) => Handshake.Judge(new AttemptResult
    {
        Outcome = (int)status < 300 ? new AttemptOutcome.Delivered(status) : new AttemptOutcome.Refused(status, null),
        StartedAt = default,
        Timings = default,
        Status = status,
        ResponseBody = Encoding.UTF8.GetBytes(body),
    }, Challenge);
}
