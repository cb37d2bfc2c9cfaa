namespace Sineta.Delivery.Storage;

/// <summary>How webhook ids look outside: a prefix that names their kind, and the UUID as 32 hexadecimal digits, <c>evt_0192f0c1…</c>.</summary>
public static class PublicId
{
    public const string Event = "evt_";
    public const string Endpoint = "ep_";
    public const string Delivery = "dlv_";
    public const string Replay = "rpl_";
    public const string ApiKey = "key_";

    /// <summary>Writes an id, <c>Format(PublicId.Event, id)</c>.</summary>
    public static string Format(string prefix, Guid id) =>
        string.Create(prefix.Length + 32, (prefix, id), static (target, value) =>
        {
            value.prefix.CopyTo(target);
            value.id.TryFormat(target[value.prefix.Length..], out _, "N");
        });

    /// <summary>Reads an id of one kind; false where it is of another kind or malformed.</summary>
    public static bool TryParse(string prefix, string? text, out Guid id)
    {
        id = default;
        return text is not null && text.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(prefix.Length), "N", out id);
    }
}
