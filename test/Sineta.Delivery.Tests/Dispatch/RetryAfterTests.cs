using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2025, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData(" 120 ", 120)]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("Mon, 10 Mar 2025 12:01:30 GMT", 90)]
    [InlineData("Monday, 10-Mar-25 12:01:30 GMT", 90)]
    [InlineData("Mon Mar 10 12:01:30 2025", 90)]
    [InlineData("Mon, 10 Mar 2025 11:00:00 GMT", 0)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("2025-03-10T12:01:30Z", null)]
    public void Seconds_and_the_dates_of_HTTP_are_understood(string value, int? seconds) =>
        Assert.Equal(seconds is { } number ? TimeSpan.FromSeconds(number) : null, RetryAfter.Parse(value, Now));
}
