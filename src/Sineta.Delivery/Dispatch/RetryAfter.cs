using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Sineta.Delivery.Dispatch;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, 10.2.3): seconds, or the date to wait for.</summary>
internal static class RetryAfter
{
    /// <summary>What the answer asks for, never negative; null where it asks nothing readable, or is neither 429 nor 503.</summary>
    public static TimeSpan? Of(HttpResponseMessage answer, DateTimeOffset now) =>
        answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
        && answer.Headers.NonValidated.TryGetValues("Retry-After", out var values)
            ? Parse(values.ToString(), now)
            : null;

    internal static TimeSpan? Parse(string value, DateTimeOffset now)
    {
        var text = value.AsSpan().Trim();
        // More digits than a number holds is still "later than anything".
        if (text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0)
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(int.MaxValue);
        return RetryConditionHeaderValue.TryParse(value, out var parsed) && parsed.Date is { } date
            ? date > now ? date - now : TimeSpan.Zero
            : null;
    }
}
