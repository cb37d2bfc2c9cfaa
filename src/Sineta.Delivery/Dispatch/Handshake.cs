using System.Net;
using System.Text;
using System.Text.Json;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Has an endpoint prove that it expects deliveries, by echoing a challenge: without it, whoever types a URL could have events sent to any
/// server of the world, and its owner would not even know what they are.
/// </summary>
public sealed class Handshake(DeliverySender sender)
{
    private const string Wanted = "Answer with the value of data.challenge, as text or as {\"challenge\":\"…\"}";

    /// <summary>Asks once, and judges the answer.</summary>
    /// <param name="request">The question.</param>
    /// <param name="challenge">What must be echoed.</param>
    /// <param name="timeout">The time for all of it.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<HandshakeResult> AskAsync(
        SignedRequest request, string challenge, TimeSpan timeout, CancellationToken cancellationToken) =>
        Judge(await sender.SendAsync(request, timeout, cancellationToken), challenge);

    internal static HandshakeResult Judge(AttemptResult attempt, string challenge) => attempt.Outcome switch
    {
        AttemptOutcome.Unreachable unreachable => new HandshakeResult.Failed(HandshakeFault.Unreachable, unreachable.Sentence, attempt),
        AttemptOutcome.Refused refused => new HandshakeResult.Failed(HandshakeFault.Refused, SentenceOf(refused.Status), attempt),
        _ => JudgeEcho(attempt, challenge),
    };

    private static HandshakeResult JudgeEcho(AttemptResult attempt, string challenge)
    {
        var echo = EchoIn(attempt.ResponseBody);
        if (echo == challenge)
            return new HandshakeResult.Proven(attempt);
        var status = (int)attempt.Status!;
        return echo.Length == challenge.Length
            ? new HandshakeResult.Failed(HandshakeFault.WrongChallenge,
                $"The receiver answered {status} with another challenge than the one it was sent. {Wanted}, of this very request.", attempt)
            : new HandshakeResult.Failed(HandshakeFault.NotEchoed,
                $"The receiver answered {status} without the challenge. {Wanted}; "
                + "a receiver that cannot lets you paste it on the endpoint's page.", attempt);
    }

    private static string SentenceOf(HttpStatusCode status) => (int)status switch
    {
        >= 300 and < 400 => $"The receiver answered {(int)status}, a redirect, which is never followed. Set the URL that it leads to.",
        401 or 403 => $"The receiver answered {(int)status}: it wants credentials. Add them to the endpoint as a header.",
        404 or 410 => $"The receiver answered {(int)status}: nothing is at this URL. Check its path.",
        405 => "The receiver answered 405: this URL takes no POST. Check its path.",
        429 or >= 500 => $"The receiver answered {(int)status}: it has a problem of its own. Ask again once it is solved.",
        _ => $"The receiver answered {(int)status}. {Wanted} and a status of 2xx.",
    };

    /// <summary>What the receiver says the challenge is: the body itself, a JSON string, or the property of an object.</summary>
    private static string EchoIn(ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span).Trim().Trim('\uFEFF');
        if (text is not ['{' or '"', ..])
            return text;
        try
        {
            using var json = JsonDocument.Parse(text);
            var echo = json.RootElement;
            if (echo.ValueKind == JsonValueKind.Object && !echo.TryGetProperty("challenge", out echo))
                return "";
            return echo.ValueKind == JsonValueKind.String ? echo.GetString()! : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            return text;
        }
    }
}
