using System.Diagnostics.CodeAnalysis;

namespace Sineta.Events;

/// <summary>Turns instants into an institution's local time, in which the contract writes times, and back.</summary>
/// <param name="zone">The institution's time zone.</param>
public sealed class InstitutionClock(TimeZoneInfo zone)
{
    /// <summary>The zone of an institution that has set none.</summary>
    public const string DefaultZone = "America/Sao_Paulo";

    /// <summary>The clock of an IANA zone, such as <c>America/Manaus</c>; false where this system knows no such zone.</summary>
    public static bool TryFind(string ianaZone, [NotNullWhen(true)] out InstitutionClock? clock)
    {
        clock = TimeZoneInfo.TryFindSystemTimeZoneById(ianaZone, out var zone) && zone.HasIanaId ? new InstitutionClock(zone) : null;
        return clock is not null;
    }

    /// <summary>The local time at an instant.</summary>
    public DateTime ToLocal(DateTimeOffset instant) => ToZoned(instant).DateTime;

    /// <summary>The same instant, with the offset in force then.</summary>
    public DateTimeOffset ToZoned(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone);

    /// <summary>
    /// The instant of a local time, with the offset then in force. A time that the clock skipped in spring moves forward by what was
    /// skipped; of a time that came twice, the earlier is taken.
    /// </summary>
    public DateTimeOffset ToInstant(DateTime local)
    {
        var time = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var offset = zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max()
            : zone.IsInvalidTime(time) ? zone.GetUtcOffset(time.AddDays(-1))
            : zone.GetUtcOffset(time);
        return TimeZoneInfo.ConvertTime(new DateTimeOffset(time, offset), zone);
    }
}
