using System.Text;

namespace Sineta.Events.Tests;

public sealed class FixtureTests
{
    public static TheoryData<string> Slugs => [.. EventTypes.All.Select(type => type.Slug)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_fixture_read_and_written_is_the_same_byte_for_byte(string slug)
    {
        var body = Fixtures.CompactUtf8(slug);

        var document = EventReader.ReadBody(body).Document;

        Assert.Equal(Fixtures.Compact(slug), Encoding.UTF8.GetString(document.ToBody(document.SendAt!.Value)));
        Assert.Equal(body.Length, document.BodyLength);
        Assert.Equal(slug, document.Type.Slug);
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_fixture_goes_through_its_record_and_comes_back_byte_for_byte(string slug)
    {
        var document = EventReader.ReadBody(Fixtures.CompactUtf8(slug)).Document;

        var again = EventReader.Prove(document.Event).Document;

        Assert.Equal(Fixtures.Compact(slug), Encoding.UTF8.GetString(again.ToBody(document.SendAt!.Value)));
        Assert.Equal(document.DedupeKey, again.DedupeKey);
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void The_data_of_a_fixture_gives_the_whole_body(string slug)
    {
        var data = Encoding.UTF8.GetBytes(Fixtures.Data(slug).ToJsonString());
        Assert.True(EventTypes.TryFind(slug, out var type));

        var document = EventReader.ReadData(type, data).Document;

        Assert.Null(document.SendAt);
        Assert.Equal(Fixtures.Compact(slug), Encoding.UTF8.GetString(document.ToBody(SendAtOf(slug))));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public void The_sample_of_a_type_is_its_fixture(string slug)
    {
        Assert.True(EventTypes.TryFind(Encoding.UTF8.GetBytes(slug), out var type));

        Assert.Equal(Fixtures.Compact(slug), Encoding.UTF8.GetString(type.Sample.Span));
    }

    [Theory]
    [InlineData("activities.course.enrollment", 987654321, "enrollment:11")]
    [InlineData("activities.course.completed", 987654321, "enrollment:11")]
    [InlineData("activities.trail.completed", 123456798, "user:123456798/trail:987654")]
    [InlineData("activities.content.completed", 1234, "completion:4")]
    [InlineData(
        "activities.certificate.issued", 12345678, "user:12345678/course:87654321/enrolled:2023-08-28 20:46:18/type:Achievement")]
    public void The_learner_and_the_dedupe_key_are_taken_from_the_data(string slug, long userId, string dedupeKey)
    {
        var document = EventReader.ReadBody(Fixtures.CompactUtf8(slug)).Document;

        Assert.Equal(userId, document.UserId);
        Assert.Equal(dedupeKey, document.DedupeKey);
    }

    private static DateTime SendAtOf(string slug) => EventReader.ReadBody(Fixtures.CompactUtf8(slug)).Document.SendAt!.Value;
}
