using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sineta.Events;

/// <summary>The catalogue: the five events, each with the example that its own documentation shows.</summary>
public static class EventTypes
{
    /// <summary>A learner completed a content: <see cref="Events.ContentCompleted"/>.</summary>
    public static EventType ContentCompleted { get; } = new(
        slug: "activities.content.completed",
        name: "Atividades - Conteúdo",
        description: "A learner completed a content for the first time.",
        dedupeKey: "completion:{content.id}",
        EventJson.Default.ContentCompleted,
        sample: new ContentCompleted(
            new Learner(1234, "Student", "student@toolzz.me"),
            new CompletedContent(
                Id: 4, InstitutionId: 123, SchoolId: 654, CourseId: 666, LessonId: 4, ContentId: null, Answer: null, Correct: null,
                Explanation: null, Points: null, SendDate: null, Delivered: false, CurrentTime: null),
            new CourseProgress(666, "Course Name", CertificateId: null, Progress: 33)),
        sampleSendAt: new DateTime(2022, 3, 10, 12, 1, 43));

    /// <summary>A learner completed a course: <see cref="Events.CourseCompleted"/>.</summary>
    public static EventType CourseCompleted { get; } = new(
        slug: "activities.course.completed",
        name: "Atividades - Curso concluído",
        description: "A learner completed all that a course requires.",
        dedupeKey: "enrollment:{enrollment.id}",
        EventJson.Default.CourseCompleted,
        sample: new CourseCompleted(
            new InstitutionRef(12345),
            new CourseRef(123456, "Course Name"),
            new EnrollmentSnapshot(11, DateExpire: null, CourseId: 123456789, Actived: true, Status: true),
            new LearnerIdentity(987654321, "Student", "student@toolzz.com", "123.456.789-99", Nickname: null, Uuid: null)),
        sampleSendAt: new DateTime(2023, 7, 3, 12, 53, 41));

    /// <summary>A learner completed a trail: <see cref="Events.TrailCompleted"/>.</summary>
    public static EventType TrailCompleted { get; } = new(
        slug: "activities.trail.completed",
        name: "Atividades - Trilha concluída",
        description: "A learner completed all that a trail requires.",
        dedupeKey: "user:{user.id}/trail:{trail.id}",
        EventJson.Default.TrailCompleted,
        sample: new TrailCompleted(
            new InstitutionRef(12345),
            new Learner(123456798, "Student", "student@toolzz.com"),
            new FinishedTrail(987654, "Trail Name", new DateTime(2022, 3, 10, 18, 56, 47), [new TrailCourse(123456, "Course Name")])),
        sampleSendAt: new DateTime(2022, 3, 10, 18, 56, 47));

    /// <summary>A certificate was issued: <see cref="Events.CertificateIssued"/>.</summary>
    public static EventType CertificateIssued { get; } = new(
        slug: "activities.certificate.issued",
        name: "Atividades - Certificado emitido",
        description: "A learner who completed a course asked for its certificate, and one of this type was issued for the first time.",
        dedupeKey: "user:{user.id}/course:{course.id}/enrolled:{course.enrolled_at}/type:{certified.type}",
        EventJson.Default.CertificateIssued,
        sample: new CertificateIssued(
            new InstitutionRef(98765432),
            new LearnerIdentity(12345678, "User Name", "user@example.com", Cpf.Masked, Nickname: null, Uuid: null),
            new ConcludedCourse(
                87654321, "Course Name", "0h", new DateTime(2023, 8, 28, 20, 46, 18), new DateTime(2023, 8, 28, 20, 47, 20)),
            new CertifyingSchool(1, "Unit 1", [new SchoolManager(98712326, "Manager Name")]),
            new Certification(new DateTime(2023, 8, 28, 20, 47, 31), CertificateType.Achievement, ApprovalRate: 25)),
        sampleSendAt: new DateTime(2023, 8, 28, 20, 47, 31));

    /// <summary>A learner was enrolled in a course: <see cref="Events.CourseEnrollment"/>.</summary>
    public static EventType CourseEnrollment { get; } = new(
        slug: "activities.course.enrollment",
        name: "Atividades - Nova matrícula",
        description: "A learner was enrolled: by a catalog card, the course's details, one of its contents, a class invitation or the API.",
        dedupeKey: "enrollment:{enrollment.id}",
        EventJson.Default.CourseEnrollment,
        sample: new CourseEnrollment(
            new InstitutionRef(12345),
            new CourseRef(123456, "Course Name"),
            new EnrollmentSnapshot(11, DateExpire: null, CourseId: 123456789, Actived: true, Status: true),
            new LearnerIdentity(987654321, "Student", "student@toolzz.com", "123.456.789-99", Nickname: null, Uuid: null)),
        sampleSendAt: new DateTime(2023, 7, 3, 12, 53, 41));

    /// <summary>All five.</summary>
    public static IReadOnlyList<EventType> All { get; } =
        [ContentCompleted, CourseCompleted, TrailCompleted, CertificateIssued, CourseEnrollment];

    private static readonly byte[][] Utf8Slugs = [.. All.Select(type => Encoding.ASCII.GetBytes(type.Slug))];

    /// <summary>Finds an event type by its slug, in this very spelling.</summary>
    public static bool TryFind(string slug, [NotNullWhen(true)] out EventType? type)
    {
        type = null;
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Slug == slug)
                type = All[i];
        }

        return type is not null;
    }

    /// <summary>Finds an event type by its slug in UTF-8, without making a string of it.</summary>
    public static bool TryFind(ReadOnlySpan<byte> utf8Slug, [NotNullWhen(true)] out EventType? type)
    {
        type = null;
        for (var i = 0; i < Utf8Slugs.Length; i++)
        {
            if (utf8Slug.SequenceEqual(Utf8Slugs[i]))
                type = All[i];
        }

        return type is not null;
    }
}
