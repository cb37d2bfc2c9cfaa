using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Tests.Storage;

public sealed class PublicIdTests
{
    private static readonly Guid Id = Guid.Parse("0192f0c1-2d3e-7abc-8def-0123456789ab");

    [Fact]
    public void An_id_reads_as_its_kind_and_32_digits_and_back()
    {
        const string Text = "evt_0192f0c12d3e7abc8def0123456789ab";
        Assert.Equal(Text, PublicId.Format(PublicId.Event, Id));
        Assert.True(PublicId.TryParse(PublicId.Event, Text, out var read));
        Assert.Equal(Id, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("evt_")]
    [InlineData("dlv_0192f0c12d3e7abc8def0123456789ab")]
    [InlineData("EVT_0192f0c12d3e7abc8def0123456789ab")]
    [InlineData("evt_0192f0c1-2d3e-7abc-8def-0123456789ab")]
    [InlineData("evt_0192f0c12d3e7abc8def0123456789a")]
    [InlineData("evt_0192f0c12d3e7abc8def0123456789abc")]
    [InlineData("evt_ 192f0c12d3e7abc8def0123456789ab")]
    [InlineData(" evt_0192f0c12d3e7abc8def0123456789ab")]
    [InlineData("evt_0192f0c12d3e7abc8def0123456789ag")]
    public void Anything_else_is_not_an_event(string? text) => Assert.False(PublicId.TryParse(PublicId.Event, text, out _));
}
