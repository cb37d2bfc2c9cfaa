using System.Globalization;

namespace Sineta.Events.Tests;

public sealed class InstitutionClockTests
{
    [Theory]
    [InlineData("America/Sao_Paulo", "2023-08-28 20:47:31", "2023-08-28T20:47:31-03:00")]
    [InlineData("America/Manaus", "2023-08-28 19:47:31", "2023-08-28T19:47:31-04:00")]
    [InlineData("America/Rio_Branco", "2023-08-28 18:47:31", "2023-08-28T18:47:31-05:00")]
    [InlineData("America/Sao_Paulo", "2018-12-24 18:00:00", "2018-12-24T18:00:00-02:00")]
    public void A_local_time_and_its_instant_are_each_others(string zone, string local, string instant)
    {
        var clock = Clock(zone);

        Assert.Equal(instant, Text(clock.ToInstant(Local(local))));
        Assert.Equal(Local(local), clock.ToLocal(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).ToUniversalTime()));
    }

    [Theory]
    [InlineData("2018-11-03 23:59:59", "2018-11-03T23:59:59-03:00")]
    [InlineData("2018-11-04 00:00:00", "2018-11-04T01:00:00-02:00")]
    [InlineData("2018-11-04 00:30:00", "2018-11-04T01:30:00-02:00")]
    [InlineData("2018-11-04 01:00:00", "2018-11-04T01:00:00-02:00")]
    public void A_time_that_the_clock_skipped_moves_forward(string local, string instant) =>
        Assert.Equal(instant, Text(Clock("America/Sao_Paulo").ToInstant(Local(local))));

    [Theory]
    [InlineData("2018-02-17 22:59:59", "2018-02-17T22:59:59-02:00")]
    [InlineData("2018-02-17 23:00:00", "2018-02-17T23:00:00-02:00")]
    [InlineData("2018-02-17 23:30:00", "2018-02-17T23:30:00-02:00")]
    [InlineData("2018-02-18 00:00:00", "2018-02-18T00:00:00-03:00")]
    public void Of_a_time_that_came_twice_the_earlier_is_taken(string local, string instant) =>
        Assert.Equal(instant, Text(Clock("America/Sao_Paulo").ToInstant(Local(local))));

    [Fact]
    public void A_local_time_bears_no_kind() =>
        Assert.Equal(DateTimeKind.Unspecified, Clock("America/Sao_Paulo").ToLocal(DateTimeOffset.UnixEpoch).Kind);

    [Theory]
    [InlineData("America/Atlantis")]
    [InlineData("E. South America Standard Time")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    public void What_is_no_iana_zone_is_not_found(string zone) => Assert.False(InstitutionClock.TryFind(zone, out _));

    private static InstitutionClock Clock(string zone)
    {
        Assert.True(InstitutionClock.TryFind(zone, out var clock));
        return clock;
    }

    private static DateTime Local(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture);
}
