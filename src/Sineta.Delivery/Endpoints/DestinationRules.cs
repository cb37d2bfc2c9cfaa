namespace Sineta.Delivery.Endpoints;

/// <summary>
/// Which URLs may be an endpoint's: <c>https</c> (or <c>http</c> where the operator allows it), no credentials, no fragment, at most 2,048
/// characters, and a host that is written as what it is. Names are resolved, and their addresses judged, only when connecting.
/// </summary>
public sealed class DestinationRules(AddressRules addresses, bool allowHttp)
{
    public const int MaxLength = 2_048;

    private static readonly DestinationFault TooLong =
        new("too_long", $"The URL is over {MaxLength:N0} characters.");
    private static readonly DestinationFault NotAUrl =
        new("not_a_url", "This is not an absolute URL, such as https://example.com/hooks.");
    private static readonly DestinationFault Credentials =
        new("credentials", "The URL carries a user name or password; send a secret in a custom header.");
    private static readonly DestinationFault Fragment =
        new("fragment", "The URL has a fragment (#…), which is never sent.");
    private static readonly DestinationFault Port =
        new("port", "The port must be between 1 and 65535.");

    /// <summary>Judges a URL as its owner typed it; nothing is resolved and nothing is sent.</summary>
    public Destination Check(string url)
    {
        List<DestinationFault> faults = [];
        if (url.Length > MaxLength)
            faults.Add(TooLong);
        if (!IsPlain(url) || !Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || !url.StartsWith($"{parsed.Scheme}://", StringComparison.OrdinalIgnoreCase))
            return new Destination.Refused([.. faults, NotAUrl]);

        CheckScheme(parsed.Scheme, faults);
        if (parsed.UserInfo.Length > 0 || Authority(url).Contains('@', StringComparison.Ordinal))
            faults.Add(Credentials);
        if (url.Contains('#', StringComparison.Ordinal))
            faults.Add(Fragment);
        if (parsed.Port == 0)
            faults.Add(Port);
        var host = HostNotation.Of(parsed, TypedHost(url));
        if (host.Fault is { } notation)
            faults.Add(notation);
        else if (host.Address is { } address && addresses.Forbidding(address) is { } range)
            faults.Add(new("forbidden_address", $"{address} is not a public address but {range}. {AddressRules.HowToOpen}"));

        return faults.Count > 0 ? new Destination.Refused(faults) : Accept(parsed, host.Name);
    }

    private void CheckScheme(string scheme, List<DestinationFault> faults)
    {
        if (scheme == Uri.UriSchemeHttp && !allowHttp)
        {
            faults.Add(new("http", "Only https is delivered to: the events carry personal data. "
                + "The operator allows http with Delivery:AllowHttp (Delivery__AllowHttp=true)."));
        }
        else if (scheme != Uri.UriSchemeHttps && scheme != Uri.UriSchemeHttp)
            faults.Add(new("scheme", $"The scheme must be https, not {scheme}."));
    }

    private static Destination Accept(Uri parsed, string host)
    {
        var port = parsed.IsDefaultPort ? "" : $":{parsed.Port}";
        var canonical = $"{parsed.Scheme}://{host}{port}{parsed.PathAndQuery}";
        return canonical.Length <= MaxLength ? new Destination.Accepted(new Uri(canonical)) : new Destination.Refused([TooLong]);
    }

    // Uri trims blanks, turns a backslash into a slash and drops control characters: what is stored must be what was typed.
    private static bool IsPlain(string url)
    {
        foreach (var character in url)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character) || character == '\\')
                return false;
        }
        return true;
    }

    private static string Authority(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        return end < 0 ? url[start..] : url.Substring(start, end);
    }

    private static string TypedHost(string url)
    {
        var authority = Authority(url);
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var port = host.LastIndexOf(':');
        return port > host.LastIndexOf(']') ? host[..port] : host;
    }
}
