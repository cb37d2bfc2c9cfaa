using System.Text;

namespace Sineta.Events.Tests;

public sealed class CpfTests
{
    [Theory]
    [InlineData("529.982.247-25", true)]
    [InlineData("123.456.789-09", true)]
    [InlineData("52998224725", true)]
    [InlineData("123.456.789-99", false)]
    [InlineData("123.456.789-01", false)]
    [InlineData("123.456.789-19", false)]
    [InlineData("111.111.111-11", false)]
    [InlineData("00000000000", false)]
    [InlineData("XXX.XXX.XXX-XX", false)]
    [InlineData("529.982.24725", false)]
    [InlineData("529-982-247.25", false)]
    [InlineData("5299822472", false)]
    [InlineData("٥٢٩٩٨٢٢٤٧٢٥", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_cpf_is_valid_by_its_check_digits(string? cpf, bool valid) => Assert.Equal(valid, Cpf.IsValid(cpf));

    [Fact]
    public void A_cpf_is_written_with_its_points_and_dash()
    {
        Assert.Equal("529.982.247-25", Cpf.Format("52998224725"));
        Assert.Equal("529.982.247-25", Cpf.Format("529.982.247-25"));
        Assert.Throws<ArgumentException>(() => Cpf.Format("529"));
    }

    [Fact]
    public void Masking_changes_the_14_bytes_of_the_cpf_and_no_other()
    {
        var body = Fixtures.Compact("activities.course.completed")
            .Replace("\"name\":\"Student\"", "\"name\":\"cpf \\\"cpf\\\":\\\"123.456.789-99\\\" 123.456.789-99\"", StringComparison.Ordinal)
            .Replace("\"Course Name\"", "\"123.456.789-99\"", StringComparison.Ordinal)
            .Replace("\"nickname\":null", "\"nickname\":\"123.456.789-99\"", StringComparison.Ordinal);

        var masked = CpfMask.Mask(Encoding.UTF8.GetBytes(body));

        Assert.Equal(
            body.Replace("\"cpf\":\"123.456.789-99\"", "\"cpf\":\"XXX.XXX.XXX-XX\"", StringComparison.Ordinal),
            Encoding.UTF8.GetString(masked!));
    }

    [Theory]
    [InlineData("activities.content.completed")]
    [InlineData("activities.trail.completed")]
    public void A_body_without_a_cpf_needs_no_masking(string slug) => Assert.Null(CpfMask.Mask(Fixtures.CompactUtf8(slug)));

    [Fact]
    public void A_masked_body_is_a_good_body()
    {
        foreach (var type in EventTypes.All)
        {
            var masked = CpfMask.Mask(type.Sample.Span) ?? type.Sample.ToArray();
            Assert.IsType<EventReading.Accepted>(EventReader.ReadBody(masked));
        }
    }

    [Theory]
    [InlineData("{\"data\":{\"user\":{\"cpf\":\"12345678999\"}}}")]
    [InlineData("{\"data\":{\"user\":{\"cpf\":12345678999}}}")]
    [InlineData("{\"data\":{\"user\":{\"cpf\":[")]
    [InlineData("")]
    public void What_is_no_body_of_ours_is_not_let_through_unmasked(string body) =>
        Assert.Throws<ArgumentException>(() => CpfMask.Mask(Encoding.UTF8.GetBytes(body)));
}
