using System.Text;

namespace Sineta.Events.Tests;

public sealed class AcceptanceTests
{
    private const string Content = "activities.content.completed";
    private const string Course = "activities.course.completed";
    private const string Trail = "activities.trail.completed";
    private const string Certificate = "activities.certificate.issued";

    [Theory]
    [InlineData(Course, "'actived':1,'status':1", "'actived':false,'status':true", "'actived':0,'status':1")]
    [InlineData(Content, "'delivered':0", "'delivered':true", "'delivered':1")]
    [InlineData(Content, "'correct':null", "'correct':false", "'correct':false")]
    [InlineData(Content, "'content_id':null", "'content_id':9007199254740991", "'content_id':9007199254740991")]
    [InlineData(Content, "'points':null", "'points':7.50", "'points':7.5")]
    [InlineData(Content, "'points':null", "'points':-0.05", "'points':-0.05")]
    [InlineData(Content, "'points':null", "'points':-0", "'points':0")]
    [InlineData(Content, "'points':null", "'points':10.25", "'points':10.25")]
    [InlineData(Content, "'send_date':null", "'send_date':'2024-02-29 23:59:59'", "'send_date':'2024-02-29 23:59:59'")]
    [InlineData(Content, "'current_time':null", "'current_time':'00:12:34'", "'current_time':'00:12:34'")]
    [InlineData(Content, "'current_time':null", "'current_time':'2022-03-10 12:01:43'", "'current_time':'2022-03-10 12:01:43'")]
    [InlineData(Content, "'answer':null", "'answer':''", "'answer':''")]
    [InlineData(Course, "'date_expire':null", "'date_expire':'2000-02-29'", "'date_expire':'2000-02-29'")]
    [InlineData(Course, "'nickname':null", "'nickname':''", "'nickname':''")]
    [InlineData(
        Course, "'uuid':null", "'uuid':'018F3A5E-7c3a-7b6e-9d5e-2f1a4b3c5d6e'", "'uuid':'018F3A5E-7c3a-7b6e-9d5e-2f1a4b3c5d6e'")]
    [InlineData(Trail, "[{'id':123456,'title':'Course Name'}]", "[]", "[]")]
    [InlineData(
        Trail, "[{'id':123456,'title':'Course Name'}]", "[{'title':'B','id':2},{'id':1,'title':'A'}]",
        "[{'id':2,'title':'B'},{'id':1,'title':'A'}]")]
    [InlineData(Certificate, "'workload':'0h'", "'workload':'1200h'", "'workload':'1200h'")]
    [InlineData(Certificate, "'approval_rate':25", "'approval_rate':0.5", "'approval_rate':0.5")]
    [InlineData(Certificate, "'type':'Achievement'", "'type':'Participation'", "'type':'Participation'")]
    public void What_the_contract_allows_is_taken_and_written_in_its_form(string slug, string fixture, string given, string written)
    {
        var body = Fixtures.Compact(slug);

        var document = EventReader.ReadBody(Encoding.UTF8.GetBytes(Changed(body, fixture, given))).Document;

        Assert.Equal(Changed(body, fixture, written), Text(document));
    }

    [Theory]
    [InlineData("Conclusão & <b>\\u0027ótima\\u0027</b> + fim", "Conclusão & <b>'ótima'</b> + fim")]
    [InlineData("\\u00FAltima \\u00fa", "última ú")]
    [InlineData("\\ud83d\\udd14 🔔", "🔔 🔔")]
    [InlineData("\\\"a\\\\b\\/c\\\"", "\\\"a\\\\b/c\\\"")]
    [InlineData("\\b\\f\\n\\r\\t\\u000A\\u001F\\u007F", "\\b\\f\\n\\r\\t\\n\\u001f\u007F")]
    [InlineData("\\u2028\\u00a0", "\u2028\u00a0")]
    public void Texts_are_written_literally_but_for_what_json_requires(string given, string written)
    {
        var body = Fixtures.Compact(Trail);

        var document = EventReader.ReadBody(Encoding.UTF8.GetBytes(body.Replace("Trail Name", given, StringComparison.Ordinal))).Document;

        Assert.Equal(body.Replace("Trail Name", written, StringComparison.Ordinal), Text(document));
    }

    [Fact]
    public void Limits_count_characters_not_bytes()
    {
        var name = string.Concat(Enumerable.Repeat("🔔", 255));

        var body = Fixtures.CompactUtf8(Trail).AsSpan();
        var at = body.IndexOf("Trail Name"u8);

        var end = at + "Trail Name".Length;
        var document = EventReader.ReadBody([.. body[..at], .. Encoding.UTF8.GetBytes(name), .. body[end..]]).Document;

        Assert.Equal(name, ((TrailCompleted)document.Event).Trail.Name);
    }

    [Fact]
    public void Many_courses_are_read_in_order()
    {
        var courses = Enumerable.Range(1, 3_000).Select(i => new TrailCourse(i, $"Curso \"{i}\"")).ToArray();
        var sample = (TrailCompleted)EventReader.ReadBody(EventTypes.TrailCompleted.Sample.Span).Document.Event;

        var document = EventReader.Prove(sample with { Trail = sample.Trail with { Courses = courses } }).Document;

        Assert.Equal(courses, ((TrailCompleted)document.Event).Trail.Courses);
    }

    [Fact]
    public void A_record_has_the_values_of_its_body()
    {
        var body = Changed(Fixtures.Compact(Content), "'points':null", "'points':7.5");
        body = Changed(body, "'correct':null", "'correct':true");
        body = Changed(body, "'send_date':null,'delivered':0", "'send_date':'2022-03-10 12:00:00','delivered':1");

        var document = EventReader.ReadBody(Encoding.UTF8.GetBytes(body)).Document;

        Assert.Equal(
            new ContentCompleted(
                new Learner(1234, "Student", "student@toolzz.me"),
                new CompletedContent(
                    4, 123, 654, 666, 4, null, null, Correct: true, null, Points: 7.5m,
                    SendDate: new DateTime(2022, 3, 10, 12, 0, 0), Delivered: true, null),
                new CourseProgress(666, "Course Name", null, 33)),
            document.Event);
        Assert.Same(EventTypes.ContentCompleted, document.Event.Type);
        Assert.Equal(new DateTime(2022, 3, 10, 12, 1, 43), document.SendAt);
    }

    [Theory]
    [InlineData("{\"event\":{\"slug\":\"webhooks.endpoint.verification\"", "webhooks.endpoint.verification")]
    [InlineData("{\"data\":{\"event\":{\"slug\":\"no\"}},\"event\":{\"send_at\":[1],\"slug\":\"a.b\"", "a.b")]
    [InlineData("{\"event\":{\"slug\":7}}", null)]
    [InlineData("{\"event\":\"a.b\"}", null)]
    [InlineData("{\"event\":{\"slug\":\"\\ud83d\"}}", "\\ud83d")]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void The_slug_of_a_body_can_be_read_alone(string body, string? slug)
    {
        Assert.Equal(slug is not null, EventReader.TryReadSlug(Encoding.UTF8.GetBytes(body), out var read));
        Assert.Equal(slug, read);
    }

    /// <summary>Changes a fixture; in the change ' stands for ".</summary>
    private static string Changed(string fixture, string replace, string with) =>
        fixture.Replace(replace.Replace('\'', '"'), with.Replace('\'', '"'), StringComparison.Ordinal);

    private static string Text(EventDocument document) => Encoding.UTF8.GetString(document.ToBody(document.SendAt!.Value));
}
