namespace Sineta.Bench.Load;

/// <summary>
/// Events of realistic size: the delivered bodies are of about 700 bytes. Each <see cref="Slot"/> is overwritten by a number that is
/// another one for each event, so that no two are alike.
/// </summary>
internal static class EventBodies
{
    /// <summary>Fifteen digits that never start with 0: any number put here stays a valid JSON integer of the same length.</summary>
    public const string Slot = "100000000000000";

    public const long FirstNumber = 100_000_000_000_000;

    private const string Enrollment = """
        {"institution":{"id":12345},
        "course":{"id":123456,"name":"@course"},
        "enrollment":{"id":@slot,"date_expire":"2031-12-31","course_id":123456,"actived":1,"status":1},
        "user":{"id":@slot,@learner,"cpf":"529.982.247-25","nickname":"Maria Antônia","uuid":"0197c2d4-6a1e-7bb3-9d0f-2c55a1e0f7d4"}}
        """;

    private const string Content = """
        {"user":{"id":@slot,@learner},
        "content":{"id":@slot,"institution_id":12345,"school_id":654,"course_id":123456,"lesson_id":4,"content_id":77,
        "answer":"Linha de vida","correct":true,"explanation":null,"points":9.5,
        "send_date":"2026-03-10 12:01:43","delivered":1,"current_time":null},
        "course":{"id":123456,"name":"@course","certificate_id":null,"progress":33}}
        """;

    private const string Trail = """
        {"institution":{"id":12345},
        "user":{"id":@slot,@learner},
        "trail":{"id":@slot,"name":"Formação de encarregados de obra","finished_at":"2026-03-10 18:56:47",
        "courses":[{"id":123456,"title":"@course"},{"id":123457,"title":"Primeiros socorros"},{"id":123458,"title":"Liderança"}]}}
        """;

    private const string Certificate = """
        {"institution":{"id":12345},
        "user":{"id":@slot,@learner,"cpf":"529.982.247-25","nickname":null,"uuid":null},
        "course":{"id":@slot,"name":"@course","workload":"10h","enrolled_at":"2026-08-28 20:46:18","concluded_at":"2026-08-28 20:47:20"},
        "school":{"id":1,"name":"Unidade 1","managers":[{"manager_id":98712326,"manager_name":"João Prado"}]},
        "certified":{"certified_at":"2026-08-28 20:47:31","type":"Achievement","approval_rate":70}}
        """;

    /// <summary>The five event types with their <c>data</c>; the first is what loads of a single type post.</summary>
    public static IReadOnlyList<(string Slug, string Data)> All { get; } =
    [
        ("activities.course.completed", Fill(Enrollment)),
        ("activities.course.enrollment", Fill(Enrollment)),
        ("activities.content.completed", Fill(Content)),
        ("activities.trail.completed", Fill(Trail)),
        ("activities.certificate.issued", Fill(Certificate)),
    ];

    /// <summary>The first type's event as a receiver gets it: what the raw limit posts.</summary>
    public static string Delivered { get; } =
        """{"event":{"name":"Atividades - Curso concluído","slug":"activities.course.completed","send_at":"2026-07-03 12:53:41"},"data":"""
        + All[0].Data + "}";

    private static string Fill(string data) => data
        .ReplaceLineEndings("")
        .Replace("@learner", "\"name\":\"Maria Antônia dos Santos Albuquerque\",\"email\":\"maria.antonia@construtora-horizonte.example\"")
        .Replace("@course", "Segurança do trabalho em altura: equipamentos, ancoragem, resgate e a norma NR-35 na prática")
        .Replace("@slot", Slot);
}
