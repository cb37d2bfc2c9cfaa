using System.Globalization;
using Sineta.Delivery.Intake;
using Sineta.Events;

namespace Sineta.Delivery.Tests.Intake;

public sealed class EventTimeTests
{
    private static readonly InstitutionClock SaoPaulo = new(TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo"));

    [Theory]
    [InlineData("2026-03-10T12:00:00Z", "2026-03-10T12:00:00Z")]
    [InlineData("2026-03-10T12:00:00-03:00", "2026-03-10T15:00:00Z")]
    [InlineData("2026-03-10T12:00:00.5+05:45", "2026-03-10T06:15:00.5Z")]
    [InlineData("2026-03-10T12:00:00.123456789Z", "2026-03-10T12:00:00.1234567Z")]
    [InlineData("2026-03-10 12:00:00", "2026-03-10T15:00:00Z")]
    [InlineData("2018-11-04 00:30:00", "2018-11-04T03:30:00Z")] // the clock skipped this hour: it moves forward
    [InlineData("2018-02-17 23:30:00", "2018-02-18T01:30:00Z")] // this hour came twice: the earlier
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z")]
    [InlineData("1969-12-31 21:00:00", "1970-01-01T00:00:00Z")]
    public void A_time_is_read(string text, string expected)
    {
        Assert.True(EventTime.TryRead(text, SaoPaulo, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-03-10")]
    [InlineData("2026-03-10T12:00:00")]
    [InlineData("2026-03-10 12:00:00Z")]
    [InlineData("2026-03-10 12:00:00-03:00")]
    [InlineData("2026-03-10t12:00:00z")]
    [InlineData("2026-02-30 12:00:00")]
    [InlineData("2025-02-29T12:00:00Z")]
    [InlineData("2026-03-10T24:00:00Z")]
    [InlineData("2026-03-10T23:59:60Z")]
    [InlineData("2026-03-10T12:00:00.Z")]
    [InlineData("2026-03-10T12:00:00,5Z")]
    [InlineData("2026-03-10T12:00:00+0300")]
    [InlineData("2026-03-10T12:00:00+15:00")]
    [InlineData("2026-03-10T12:00:00+03:60")]
    [InlineData("2026-03-10T12:00:00Z ")]
    [InlineData(" 2026-03-10 12:00:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("1969-12-31 20:59:59")] // a second before 1970 in UTC
    [InlineData("2026-03-10T1２:00:00Z")]
    public void What_is_no_time_is_not(string text) => Assert.False(EventTime.TryRead(text, SaoPaulo, out _));
}
