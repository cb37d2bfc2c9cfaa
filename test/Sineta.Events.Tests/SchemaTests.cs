using System.Text;
using System.Text.Json.Nodes;

namespace Sineta.Events.Tests;

/// <summary>The schemas against ajv, which knows nothing of our reader.</summary>
public sealed class SchemaTests(Oracle ajv) : IClassFixture<Oracle>
{
    public static TheoryData<FaultyBody> OfForm => [.. FaultyBody.OfForm];

    public static TheoryData<string> Slugs => FixtureTests.Slugs;

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_fixture_is_valid_by_its_schemas_and_by_no_other(string slug)
    {
        foreach (var type in EventTypes.All)
        {
            Assert.Equal(type.Slug == slug, ajv.Validates(Text(type.Schema), Fixtures.Compact(slug)));
            if (type.Slug == slug)
                Assert.True(ajv.Validates(Text(type.DataSchema), Fixtures.Data(slug).ToJsonString()));
        }
    }

    [Fact]
    public void A_sample_of_the_webhooks_own_events_is_valid_by_its_schema_alone_and_read()
    {
        foreach (var type in OperationalTypes.All)
        {
            Assert.All(OperationalTypes.All, other => Assert.Equal(other == type, ajv.Validates(Text(other.Schema), Text(type.Sample))));
            Assert.True(OperationalEvent.TryRead(type.Sample.Span, out var read));
            Assert.Same(type, read.Type);
        }
    }

    [Theory]
    [MemberData(nameof(OfForm))]
    public void What_the_reader_refuses_for_its_form_the_schema_refuses(FaultyBody faulty)
    {
        ArgumentNullException.ThrowIfNull(faulty);
        Assert.True(EventTypes.TryFind(faulty.Slug, out var type));

        Assert.False(ajv.Validates(Text(type.Schema), faulty.Text));
    }

    [Theory]
    [InlineData("2024-02-29 00:00:00")]
    [InlineData("2000-02-29 23:59:59")]
    [InlineData("2023-01-31 12:00:00")]
    [InlineData("2023-11-30 12:00:00")]
    [InlineData("2023-12-29 12:00:00")]
    [InlineData("0001-01-01 00:00:00")]
    [InlineData("9999-12-31 23:59:59")]
    public void A_time_that_exists_is_valid_to_both(string timestamp)
    {
        var body = Fixtures.Compact("activities.trail.completed").Replace("2022-03-10 18:56:47", timestamp, StringComparison.Ordinal);

        Assert.IsType<EventReading.Accepted>(EventReader.ReadBody(Encoding.UTF8.GetBytes(body)));
        Assert.True(ajv.Validates(Text(EventTypes.TrailCompleted.Schema), body));
    }

    [Fact]
    public void Every_day_of_leap_and_common_years_is_valid_to_both_or_to_neither()
    {
        var schema = Text(EventTypes.CourseEnrollment.Schema);
        var fixture = Fixtures.Compact("activities.course.enrollment");
        var dates = from year in (int[])[1900, 2000, 2023, 2024]
                    from month in Enumerable.Range(0, 14)
                    from day in (int[])[0, 1, 28, 29, 30, 31, 32]
                    select $"{year:0000}-{month:00}-{day:00}";
        foreach (var date in dates)
        {
            var body = fixture.Replace("\"date_expire\":null", $"\"date_expire\":\"{date}\"", StringComparison.Ordinal);

            Assert.True(
                ajv.Validates(schema, body) == EventReader.ReadBody(Encoding.UTF8.GetBytes(body)) is EventReading.Accepted,
                $"ajv and the reader disagree about {date}");
        }
    }

    [Fact]
    public void A_schema_says_its_dialect_its_title_and_what_is_expected()
    {
        var schema = JsonNode.Parse(EventTypes.CourseCompleted.Schema.Span)!;

        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema["$schema"]!.GetValue<string>());
        Assert.Equal("Atividades - Curso concluído", schema["title"]!.GetValue<string>());
        Assert.Equal(
            "Must be an integer from 1 to 9007199254740991.",
            schema["properties"]!["data"]!["properties"]!["user"]!["properties"]!["id"]!["description"]!.GetValue<string>());
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
