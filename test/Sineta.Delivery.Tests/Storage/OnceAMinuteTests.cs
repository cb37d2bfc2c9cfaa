using Sineta.Delivery.Storage;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Storage;

public sealed class OnceAMinuteTests
{
    [Fact]
    public void What_goes_on_being_wrong_is_told_as_it_begins_and_then_once_a_minute()
    {
        var time = new ManualTime();
        var trouble = new OnceAMinute(time);
        var told = 0;
        for (var tries = 0; tries < 5 * 150; tries++, time.Advance(TimeSpan.FromMilliseconds(200)))
            told += trouble.IsDue() ? 1 : 0;

        Assert.Equal(3, told); // in two and a half minutes
    }

    [Fact]
    public void What_goes_wrong_again_after_it_was_right_is_told_at_once()
    {
        var trouble = new OnceAMinute(new ManualTime());
        Assert.True(trouble.IsDue());
        Assert.False(trouble.IsDue());

        trouble.Over();

        Assert.True(trouble.IsDue());
    }
}
