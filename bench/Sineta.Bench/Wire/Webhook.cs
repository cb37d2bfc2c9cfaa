using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Sineta.Bench.Wire;

/// <summary>A signed POST as Standard Webhooks has it, with nothing more: what raw limit and hand-written usual send.</summary>
internal static class Webhook
{
    private static readonly byte[] Secret = SHA256.HashData("bench"u8);
    private static readonly MediaTypeHeaderValue JsonType = new("application/json", "utf-8");

    public static SocketsHttpHandler Handler() =>
        new() { UseCookies = false, UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };

    public static HttpRequestMessage Request(Uri url, UInt128 id, byte[] body)
    {
        Span<byte> idText = stackalloc byte[EventKey.Length];
        EventKey.Write(id, idText);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = JsonType;
        request.Headers.TryAddWithoutValidation("webhook-id", Encoding.ASCII.GetString(idText));
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString());
        request.Headers.TryAddWithoutValidation("webhook-signature", Signature(idText, timestamp, body));
        return request;
    }

    private static string Signature(ReadOnlySpan<byte> id, long timestamp, byte[] body)
    {
        Span<byte> signed = stackalloc byte[id.Length + 22 + body.Length];
        id.CopyTo(signed);
        var length = id.Length;
        signed[length++] = (byte)'.';
        _ = timestamp.TryFormat(signed[length..], out var digits);
        length += digits;
        signed[length++] = (byte)'.';
        body.CopyTo(signed[length..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Secret, signed[..(length + body.Length)], hash);
        return $"v1,{Convert.ToBase64String(hash)}";
    }
}
