using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Learning;
using Sineta.Learning.Catalog;
using Sineta.Learning.Classes;
using Sineta.Learning.People;
using Sineta.Learning.Trails;

namespace Sineta.Server.Demo;

/// <summary>What is taught at the demo school, made by the commands that the API and the pages call.</summary>
internal sealed class DemoCampus(IServiceProvider services, Institution institution, CancellationToken cancellationToken)
{
    private const string CertificateText =
        "Certificamos que {name}, CPF {cpf}, concluiu o curso {course}, com carga horária de {hours} horas, de {enrolled} a {concluded}.";

    private readonly Dictionary<DemoTemplate, long> _templates = [];
    private readonly Dictionary<DemoMedia, Guid> _media = [];

    public async Task AddTemplatesAsync()
    {
        _templates[DemoTemplate.Participation] = await AddAsync(new()
        {
            Name = "Participação",
            Title = "Certificado de participação",
            Text = CertificateText,
        });
        _templates[DemoTemplate.Achievement] = await AddAsync(new()
        {
            Name = "Aproveitamento a partir de 70 %",
            Type = "achievement",
            ApprovalRate = 70,
            Title = "Certificado de conclusão com aproveitamento",
            Text = CertificateText,
        });

        async Task<long> AddAsync(CertificateTemplateDraft draft) =>
            (await Get<CertificateTemplateStore>().CreateAsync(institution, draft, cancellationToken)).Expect().Id;
    }

    public async Task<long> AddSchoolAsync(string name, long managerId)
    {
        var draft = new SchoolDraft { Name = name, ManagerIds = [managerId] };
        return (await Get<SchoolStore>().CreateAsync(institution, draft, cancellationToken)).Expect().Id;
    }

    /// <summary>Writes a course and publishes it.</summary>
    public async Task<CourseOutline> AddCourseAsync(long schoolId, DemoCourse course)
    {
        var draft = new CourseDraft
        {
            SchoolId = schoolId,
            Name = course.Name,
            Description = course.Description,
            WorkloadHours = course.Hours,
            CertificateTemplateId = _templates[course.Template],
        };
        var id = (await Get<CourseStore>().CreateAsync(institution, draft, cancellationToken)).Expect().Id;
        foreach (var lesson in course.Lessons)
        {
            var made = await Get<LessonStore>().CreateAsync(institution, id, new LessonDraft { Title = lesson.Title }, cancellationToken);
            foreach (var content in lesson.Contents)
                await AddContentAsync(made.Expect().Id, content);
        }

        (await Get<CourseStore>().UpdateAsync(institution, id, static draft => draft with { Status = "published" }, cancellationToken)).Expect();
        return (await Get<CourseCatalog>().OutlineAsync(institution.Id, id, cancellationToken))!;
    }

    /// <summary>Publishes a trail of courses, all of them required.</summary>
    public async Task<long> AddTrailAsync(string name, string description, IEnumerable<CourseOutline> courses)
    {
        var draft = new TrailDraft
        {
            Name = name,
            Description = description,
            Status = "published",
            Items = [.. courses.Select(c => new TrailItemDraft { CourseId = c.Course.Id })],
        };
        return (await Get<TrailEditing>().CreateAsync(institution, draft, cancellationToken)).Expect().Id;
    }

    /// <summary>A class that began a week ago and goes on for two months, with its students.</summary>
    public async Task AddClassAsync(string name, CourseOutline course, DateOnly today, IReadOnlyList<User> students)
    {
        var draft = new ClassDraft { CourseId = course.Course.Id, Name = name, StartsOn = today.AddDays(-7), EndsOn = today.AddMonths(2) };
        var made = (await Get<ClassEditing>().CreateAsync(institution, draft, cancellationToken)).Expect();
        (await Get<InviteStudents>().RunAsync(institution, made.Id, [.. students.Select(s => s.Id)], cancellationToken)).Expect();
    }

    private async Task AddContentAsync(long lessonId, DemoContent content)
    {
        var draft = content.Draft;
        if (content.Medium is { } medium)
            draft = draft with { FileId = PublicId.Format(StoredFile.IdPrefix, await UploadAsync(medium)) };
        if (draft.Kind == Words.Of(ContentKind.Live))
            draft = draft with { StartsAt = Get<TimeProvider>().GetUtcNow().AddDays(7) };
        (await Get<ContentStore>().CreateAsync(institution, lessonId, draft, cancellationToken)).Expect();
    }

    private async Task<Guid> UploadAsync(DemoMedia medium)
    {
        if (_media.TryGetValue(medium, out var known))
            return known;
        await using var bytes = medium.Open();
        var stored = await Get<FileStore>().CreateAsync(institution, medium.Name, medium.MediaType, bytes, cancellationToken);
        return _media[medium] = stored.Expect().Id;
    }

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();
}
