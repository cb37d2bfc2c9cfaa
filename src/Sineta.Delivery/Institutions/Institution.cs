using Sineta.Events;

namespace Sineta.Delivery.Institutions;

/// <summary>A tenant: a school or a group of schools. Everything else belongs to exactly one.</summary>
/// <param name="Id">Given by the database, 1 and up; it is the <c>institution.id</c> that learning's own events carry.</param>
/// <param name="TimeZone">An IANA zone; every timestamp in a body is its local time.</param>
public sealed record Institution(long Id, string Name, string TimeZone, DateTimeOffset CreatedAt)
{
    public InstitutionClock Clock { get; } = new(TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
}
