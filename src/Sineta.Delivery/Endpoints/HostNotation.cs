using System.Net;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// A URL's host read as what it is: a name, in lower case and punycode, or an address in its one usual notation. The other notations of an
/// address (decimal, octal, hexadecimal, short forms, a trailing dot, full-width digits, a zone) only serve to hide it, and are refused.
/// </summary>
internal readonly record struct HostNotation(string Name, IPAddress? Address, DestinationFault? Fault)
{
    private const int MaxNameLength = 253;

    private static readonly DestinationFault NoHost =
        new("host", "The URL names no host that DNS could know.");
    private static readonly DestinationFault TrailingDot =
        new("host_notation", "The host ends in a dot; write it without.");
    private static readonly DestinationFault Zone =
        new("host_notation", "The address carries a zone (%…), which means nothing outside one machine.");
    private static readonly DestinationFault Disguised =
        new("host_notation", "The address must be written plainly, as 203.0.113.7 or [2001:db8::7].");

    public static HostNotation Of(Uri url, string typed)
    {
        if (typed.Length == 0)
            return Faulty(NoHost);
        if (typed[0] == '[')
            return OfBrackets(typed);
        if (typed[^1] == '.')
            return Faulty(TrailingDot);
        return url.HostNameType switch
        {
            UriHostNameType.IPv4 => IPAddress.Parse(url.Host) is var address && address.ToString() == typed
                ? new(typed, address, null) : Faulty(Disguised),
            UriHostNameType.Dns => OfName(url.IdnHost),
            _ => Faulty(NoHost),
        };
    }

    private static HostNotation OfBrackets(string typed)
    {
        if (typed.Contains('%', StringComparison.Ordinal))
            return Faulty(Zone);
        return typed[^1] == ']' && IPAddress.TryParse(typed.AsSpan(1, typed.Length - 2), out var address)
            ? new($"[{address}]", address, null) : Faulty(Disguised);
    }

    private static HostNotation OfName(string name)
    {
        var lower = name.ToLowerInvariant();
        if (lower.Length > MaxNameLength || !IsAscii(lower))
            return Faulty(NoHost);
        // A host whose last label is a number is an address to every resolver that follows inet_aton.
        return IsNumber(lower.AsSpan(lower.LastIndexOf('.') + 1)) ? Faulty(Disguised) : new(lower, null, null);
    }

    private static bool IsAscii(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.' or '_'))
                return false;
        }
        return true;
    }

    private static bool IsNumber(ReadOnlySpan<char> label)
    {
        var isHexadecimal = label.StartsWith("0x", StringComparison.Ordinal);
        foreach (var digit in isHexadecimal ? label[2..] : label)
        {
            if (!(isHexadecimal ? char.IsAsciiHexDigit(digit) : char.IsAsciiDigit(digit)))
                return false;
        }
        return true;
    }

    private static HostNotation Faulty(DestinationFault fault) => new("", null, fault);
}
