using System.Buffers;
using System.Collections.Frozen;
using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// Which headers an endpoint's owner may add to its requests, an <c>Authorization</c> for instance: at most 20, names that are HTTP tokens
/// and not ours nor the connection's, values of at most 1,024 printable ASCII characters.
/// </summary>
public static class CustomHeaders
{
    public const int MaxCount = 20;
    public const int MaxNameLength = 64;
    public const int MaxValueLength = 1_024;

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] OurPrefixes = ["webhook-", "ce-", "sineta-", "content-", "proxy-", "sec-", "x-forwarded-"];

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "accept-encoding", "allow", "connection", "cookie", "date", "expect", "expires", "forwarded", "host", "http2-settings",
        "keep-alive", "last-modified", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Every fault of the headers, by JSON pointer within them; empty where they are fine. No value is repeated: it may be a secret.
    /// </summary>
    public static IReadOnlyList<Fault> FaultsOf(IReadOnlyDictionary<string, string> headers)
    {
        List<Fault> faults = [];
        if (headers.Count > MaxCount)
            faults.Add(new("", $"There are {headers.Count} headers; at most {MaxCount} can be added."));
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            var pointer = $"/{Fault.Step(name)}";
            if (FaultOfName(name) is { } fault)
                faults.Add(new(pointer, fault));
            else if (!names.Add(name))
                faults.Add(new(pointer, $"'{name}' is given twice."));
            if (value.Length > MaxValueLength || value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 || value.Trim() != value)
            {
                faults.Add(new(
                    pointer,
                    $"The value of '{name}' must be at most {MaxValueLength:N0} printable ASCII characters without blanks around."));
            }
        }
        return faults;
    }

    private static string? FaultOfName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().IndexOfAnyExcept(Token) >= 0)
            return $"A header's name has 1 to {MaxNameLength} letters, digits and hyphens.";
        if (Reserved.Contains(name))
            return $"'{name}' belongs to the connection and cannot be set.";
        foreach (var prefix in OurPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return $"Headers that begin with '{prefix}' cannot be set.";
        }
        return null;
    }
}
