using System.Text;

namespace Sineta.Events.Tests;

public sealed class RefusalTests
{
    public static TheoryData<FaultyBody> Faulty => [.. FaultyBody.OfForm, .. FaultyBody.BeyondSchemas];

    [Theory]
    [MemberData(nameof(Faulty))]
    public void A_faulty_body_is_refused_at_exactly_the_faulty_places(FaultyBody faulty)
    {
        ArgumentNullException.ThrowIfNull(faulty);

        var reading = EventReader.ReadBody(faulty.Utf8);

        var faults = Assert.IsType<EventReading.Refused>(reading).Faults;
        Assert.Equal(faulty.Pointers, faults.Select(fault => fault.Pointer));
        Assert.All(faults, fault => Assert.EndsWith(".", fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_fault_is_named_at_once()
    {
        Assert.Equal(
            [
                new Fault("/data/phone", "The key is not part of the contract."),
                new Fault("/data/institution/id", "Must be an integer from 1 to 9007199254740991."),
                new Fault("/data/course/name", "Must be a string of 1 to 255 characters without U+0000."),
                new Fault("/data/enrollment/date_expire", "Must be a date that exists, written yyyy-MM-dd, or null."),
                new Fault("/data/enrollment/course_id", "The key is missing."),
                new Fault("/data/user/cpf", "Must be a CPF written 000.000.000-00, or XXX.XXX.XXX-XX."),
                new Fault("/data/user/nickname", "The key is missing."),
                new Fault("/data/enrollment/actived", "Must not be above /data/enrollment/status."),
            ],
            EventReader.ReadData(EventTypes.CourseCompleted, """
                {
                  "phone": "1", "institution": {"id": 0}, "course": {"id": 1, "name": null},
                  "enrollment": {"id": 11, "date_expire": "2023-02-29", "actived": true, "status": false},
                  "user": {"id": 5, "name": "A", "email": "a@b", "cpf": "12345678909", "uuid": null}
                }
                """u8).Faults);
    }

    [Fact]
    public void Faults_of_data_are_named_from_where_the_data_stands()
    {
        Assert.Equal(
            [new Fault("/events/3/data", "Must be an object.")],
            EventReader.ReadData(EventTypes.TrailCompleted, "7"u8, "/events/3/data").Faults);
    }

    [Fact]
    public void Broken_json_is_named_by_place_line_and_byte_after_the_faults_before_it()
    {
        Assert.Equal(
            [
                ("/data/institution/id", "Must be an integer from 1 to 9007199254740991."),
                ("/data/user/email", "Must be JSON, but is broken at line 2, byte 30:"),
            ],
            EventReader.ReadData(EventTypes.TrailCompleted, "{\"institution\":{\"id\":0},\n \"user\":{\"id\":1,\"email\":     !"u8).Faults
                .Select(fault => (fault.Pointer, fault.Message[..Math.Min(fault.Message.Length, 47)])));
    }

    [Fact]
    public void A_body_cut_off_anywhere_is_refused()
    {
        foreach (var type in EventTypes.All)
        {
            for (var length = 0; length < type.Sample.Length; length++)
                Assert.IsType<EventReading.Refused>(EventReader.ReadBody(type.Sample.Span[..length]));
        }
    }

    [Fact]
    public void A_body_over_256_KiB_is_refused_unread()
    {
        var body = Fixtures.Compact("activities.trail.completed");
        var padded = Encoding.UTF8.GetBytes(body + new string(' ', (256 * 1024) - Encoding.UTF8.GetByteCount(body)));

        Assert.IsType<EventReading.Accepted>(EventReader.ReadBody(padded));
        Assert.Equal([new Fault("", "Must be at most 262144 bytes.")], EventReader.ReadBody([.. padded, (byte)' ']).Faults);
    }

    [Fact]
    public void Data_that_fits_but_whose_body_would_not_is_refused()
    {
        var fixture = Fixtures.Data("activities.trail.completed").ToJsonString();
        var course = ",{\"id\":1,\"title\":\"" + new string('a', 100) + "\"}";
        var courses = string.Concat(Enumerable.Repeat(course, ((256 * 1024) - fixture.Length) / course.Length));
        var data = fixture.Replace("]", courses + "]", StringComparison.Ordinal);

        Assert.InRange(data.Length, (256 * 1024) - course.Length, 256 * 1024);
        Assert.Equal(
            [new Fault("/data", "Must make a body of at most 262144 bytes.")],
            EventReader.ReadData(EventTypes.TrailCompleted, Encoding.UTF8.GetBytes(data)).Faults);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        var body = Fixtures.CompactUtf8("activities.trail.completed");
        body[body.AsSpan().IndexOf("Student"u8)] = 0xFF;

        Assert.Equal([new Fault("", "Must be UTF-8 throughout.")], EventReader.ReadBody(body).Faults);
        Assert.Equal([new Fault("/data", "Must be UTF-8 throughout.")], EventReader.ReadData(EventTypes.TrailCompleted, body).Faults);
    }

    [Fact]
    public void Of_a_thousand_faults_and_more_the_last_named_says_so()
    {
        var keys = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"{i}\":0"));

        var faults = EventReader.ReadData(EventTypes.TrailCompleted, Encoding.UTF8.GetBytes($"{{{keys}}}")).Faults;

        Assert.Equal(1_000, faults.Count);
        Assert.Equal(new Fault("/data", "There are more faults than the first 999."), faults[^1]);
    }

    [Fact]
    public void A_faulty_record_is_refused_as_its_json_would_be()
    {
        var faulty = ((CourseCompleted)EventReader.ReadBody(Fixtures.CompactUtf8("activities.course.completed")).Document.Event) with
        {
            Institution = new InstitutionRef(0),
        };

        Assert.Equal(
            [new Fault("/data/institution/id", "Must be an integer from 1 to 9007199254740991.")], EventReader.Prove(faulty).Faults);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_record_becomes_the_replacement_character()
    {
        var sample = (TrailCompleted)EventReader.ReadBody(EventTypes.TrailCompleted.Sample.Span).Document.Event;

        var document = EventReader.Prove(sample with { User = sample.User with { Name = "a\ud83db" } }).Document;

        Assert.Equal("a\uFFFDb", ((TrailCompleted)document.Event).User.Name);
    }

    [Fact]
    public void A_time_in_utc_is_a_mistake_of_the_caller()
    {
        var document = EventReader.ReadBody(Fixtures.CompactUtf8("activities.course.completed")).Document;

        Assert.Throws<ArgumentException>(() => document.ToBody(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
    }
}
