namespace Sineta.Delivery.Institutions;

/// <summary>A key of one institution. Only its hash is stored; the hint (its first and last characters) lets people tell keys apart.</summary>
public sealed record ApiKey(Institution Institution, Guid Id, string Name, string Hint, Scopes Scopes, DateTimeOffset CreatedAt);

/// <summary>What a key may do.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    EventsWrite = 1,
    WebhooksManage = 2,
    LearningManage = 4,
    Read = 8,
    All = EventsWrite | WebhooksManage | LearningManage | Read,
}
