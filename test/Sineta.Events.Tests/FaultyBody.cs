using System.Text;

namespace Sineta.Events.Tests;

/// <summary>Bodies that must be refused, each one change away from a fixture. In the change ' stands for ".</summary>
public sealed record FaultyBody(string What, string Slug, string Replace, string With, params string[] Pointers)
{
    private const string Content = "activities.content.completed";
    private const string Course = "activities.course.completed";
    private const string Trail = "activities.trail.completed";
    private const string Certificate = "activities.certificate.issued";
    private const string Enrollment = "activities.course.enrollment";

    /// <summary>What a JSON Schema can say, so that ajv refuses it too.</summary>
    public static FaultyBody[] OfForm { get; } =
    [
        new("a missing key", Course, "'course':{'id':123456,'name':'Course Name'},", "", "/data/course"),
        new("a missing nullable key", Course, ",'uuid':null", "", "/data/user/uuid"),
        new("a missing envelope key", Course, ",'send_at':'2023-07-03 12:53:41'", "", "/event/send_at"),
        new("an extra key", Course, "'uuid':null", "'uuid':null,'phone':null", "/data/user/phone"),
        new("an extra key beside data", Course, "{'event':", "{'id':'evt_1','event':", "/id"),
        new("a key with a slash and a tilde", Course, "'uuid':null", "'uuid':null,'a/b~c':[1,{}]", "/data/user/a~1b~0c"),
        new("a key in capitals", Course, "'nickname'", "'Nickname'", "/data/user/Nickname", "/data/user/nickname"),
        new("the key certificate for certified", Certificate, "'certified':", "'certificate':", "/data/certificate", "/data/certified"),
        new("the cpf of a content's user", Content, "'name':'Student'", "'name':'Student','cpf':null", "/data/user/cpf"),
        new("another event's name", Course, "Atividades - Curso concluído", "Atividades - Conteúdo", "/event/name"),
        new("an id in quotes", Course, "'id':987654321", "'id':'987654321'", "/data/user/id"),
        new("an id of 0", Course, "'id':12345}", "'id':0}", "/data/institution/id"),
        new("a negative id", Course, "'id':12345}", "'id':-1}", "/data/institution/id"),
        new("an id over 2^53-1", Course, "'id':12345}", "'id':9007199254740992}", "/data/institution/id"),
        new("an id over 2^63", Course, "'id':12345}", "'id':99999999999999999999}", "/data/institution/id"),
        new("an id of null", Course, "'id':12345}", "'id':null}", "/data/institution/id"),
        new("an id with a fraction", Course, "'id':12345}", "'id':1.5}", "/data/institution/id"),
        new("a null institution_id", Content, "'institution_id':123", "'institution_id':null", "/data/content/institution_id"),
        new("an object for a text", Course, "'name':'Student'", "'name':{'a':[1,2]}", "/data/user/name"),
        new("a number for a text", Course, "'name':'Student'", "'name':7", "/data/user/name"),
        new("an empty name", Course, "'name':'Student'", "'name':''", "/data/user/name"),
        new("a name of 256 characters", Course, "'name':'Student'", $"'name':'{new string('é', 256)}'", "/data/user/name"),
        new("a NUL in a text", Course, "'name':'Student'", "'name':'a\\u0000b'", "/data/user/name"),
        new("a NUL in an answer", Content, "'answer':null", "'answer':'\\u0000'", "/data/content/answer"),
        new("an answer over 16 KiB", Content, "'answer':null", $"'answer':'{new string('a', 16_385)}'", "/data/content/answer"),
        new("an e-mail without @", Course, "student@toolzz.com", "student.toolzz.com", "/data/user/email"),
        new("an e-mail with two @", Course, "student@toolzz.com", "student@toolzz@com", "/data/user/email"),
        new("an e-mail with a space", Course, "student@toolzz.com", "student @toolzz.com", "/data/user/email"),
        new("an e-mail without a name", Course, "student@toolzz.com", "@toolzz.com", "/data/user/email"),
        new("a CPF of bare digits", Course, "123.456.789-99", "12345678999", "/data/user/cpf"),
        new("a CPF of null", Course, "'123.456.789-99'", "null", "/data/user/cpf"),
        new("a CPF masked in part", Course, "123.456.789-99", "XXX.456.789-XX", "/data/user/cpf"),
        new("a CPF in other digits", Course, "123.456.789-99", "١23.456.789-99", "/data/user/cpf"),
        new("a uuid that is none", Course, "'uuid':null", "'uuid':'018f3a5e'", "/data/user/uuid"),
        new("a uuid in braces", Course, "'uuid':null", "'uuid':'{018f3a5e-7c3a-7b6e-9d5e-2f1a4b3c5d6e}'", "/data/user/uuid"),
        new("2 for 0 or 1", Enrollment, "'status':1", "'status':2", "/data/enrollment/status"),
        new("a text for 0 or 1", Enrollment, "'status':1", "'status':'1'", "/data/enrollment/status"),
        new("0 for true or false", Content, "'correct':null", "'correct':0", "/data/content/correct"),
        new("an offset in a timestamp", Certificate, "2023-08-28 20:46:18", "2023-08-28 20:46:18-03:00", "/data/course/enrolled_at"),
        new("a T in a timestamp", Certificate, "2023-08-28 20:46:18", "2023-08-28T20:46:18", "/data/course/enrolled_at"),
        new("a timestamp without seconds", Certificate, "2023-08-28 20:46:18", "2023-08-28 20:46", "/data/course/enrolled_at"),
        new("an hour 24", Certificate, "2023-08-28 20:46:18", "2023-08-28 24:00:00", "/data/course/enrolled_at"),
        new("a 30th of February", Trail, "'finished_at':'2022-03-10", "'finished_at':'2022-02-30", "/data/trail/finished_at"),
        new("a 29th of February 2022", Trail, "'finished_at':'2022-03-10", "'finished_at':'2022-02-29", "/data/trail/finished_at"),
        new("a 29th of February 2100", Trail, "'finished_at':'2022-03-10", "'finished_at':'2100-02-29", "/data/trail/finished_at"),
        new("a 31st of April", Trail, "'finished_at':'2022-03-10", "'finished_at':'2022-04-31", "/data/trail/finished_at"),
        new("a month 13", Trail, "'finished_at':'2022-03-10", "'finished_at':'2022-13-01", "/data/trail/finished_at"),
        new("a day 0", Trail, "'finished_at':'2022-03-10", "'finished_at':'2022-03-00", "/data/trail/finished_at"),
        new("a year 0000", Trail, "'finished_at':'2022-03-10", "'finished_at':'0000-03-10", "/data/trail/finished_at"),
        new("a send_at that does not exist", Trail, "'send_at':'2022-03-10", "'send_at':'2022-03-32", "/event/send_at"),
        new("a last day with a time", Course, "'date_expire':null", "'date_expire':'2024-01-01 00:00:00'", "/data/enrollment/date_expire"),
        new("a last day that does not exist", Course, "'date_expire':null", "'date_expire':'2023-02-29'", "/data/enrollment/date_expire"),
        new("a position of 60 seconds", Content, "'current_time':null", "'current_time':'00:00:60'", "/data/content/current_time"),
        new("a progress of 101", Content, "'progress':33", "'progress':101", "/data/course/progress"),
        new("a progress below 0", Content, "'progress':33", "'progress':-1", "/data/course/progress"),
        new("a progress with a fraction", Content, "'progress':33", "'progress':33.5", "/data/course/progress"),
        new("points in quotes", Content, "'points':null", "'points':'1'", "/data/content/points"),
        new("an approval rate of 101", Certificate, "'approval_rate':25", "'approval_rate':101", "/data/certified/approval_rate"),
        new("a workload in minutes", Certificate, "'0h'", "'90min'", "/data/course/workload"),
        new("a workload with a leading zero", Certificate, "'0h'", "'05h'", "/data/course/workload"),
        new("the type in small letters", Certificate, "'Achievement'", "'achievement'", "/data/certified/type"),
        new("an array for an object", Trail, "{'id':12345}", "[12345]", "/data/institution"),
        new("an object for an array", Trail, "[{'id':123456,'title':'Course Name'}]", "{}", "/data/trail/courses"),
        new("name for title", Trail, "'title'", "'name'", "/data/trail/courses/0/name", "/data/trail/courses/0/title"),
        new("a null among the courses", Trail, "[{", "[null,{", "/data/trail/courses/0"),
        new("a fault in the second manager", Certificate, "'Manager Name'}", "'Manager Name'},{'manager_id':0,'manager_name':'B'}",
            "/data/school/managers/1/manager_id"),
        new("data of null", Trail, "'data':{", "'data':null,'dada':{", "/data", "/dada"),
    ];

    /// <summary>What a JSON Schema cannot say.</summary>
    public static FaultyBody[] BeyondSchemas { get; } =
    [
        new("an unknown slug", Course, "activities.course.completed", "activities.course.finished", "/event/slug"),
        new("a slug in capitals", Course, "activities.course.completed", "ACTIVITIES.COURSE.COMPLETED", "/event/slug"),
        new("no envelope", Course, "'event':", "'evento':", "/event/slug"),
        new("a duplicate key", Course, "'uuid':null", "'uuid':null,'uuid':null", "/data/user/uuid"),
        new("a duplicate key, escaped", Course, "'uuid':null", "'uuid':null,'\\u0075uid':null", "/data/user/uuid"),
        new("a duplicate data", Course, "{'event':", "{'data':{},'event':",
            "/data/institution", "/data/course", "/data/enrollment", "/data/user", "/data"),
        new("an id as a decimal", Course, "'id':12345}", "'id':12345.0}", "/data/institution/id"),
        new("an id with an exponent", Course, "'id':12345}", "'id':1e3}", "/data/institution/id"),
        new("points with three decimals", Content, "'points':null", "'points':1.125", "/data/content/points"),
        new("points with an exponent", Content, "'points':null", "'points':1e2", "/data/content/points"),
        new("an answer over 16 KiB in UTF-8", Content, "'answer':null", $"'answer':'{new string('é', 8_193)}'", "/data/content/answer"),
        new("another course's content", Content, "'course_id':666", "'course_id':667", "/data/content/course_id"),
        new("active but not in force", Enrollment, "'status':1", "'status':0", "/data/enrollment/actived"),
        new("concluded before enrolled", Certificate, "'concluded_at':'2023-08-28 20:47:20'", "'concluded_at':'2023-08-28 20:46:17'",
            "/data/course/concluded_at"),
        new("certified before concluded", Certificate, "'certified_at':'2023-08-28 20:47:31'", "'certified_at':'2023-08-28 20:47:19'",
            "/data/certified/certified_at"),
        new("half a surrogate pair", Course, "'name':'Student'", "'name':'\\ud83d'", "/data/user/name"),
        new("half a surrogate pair in a key", Course, "'uuid':null", "'uuid':null,'\\ud83d':1", "/data/user/\\ud83d"),
        new("NaN", Content, "'points':null", "'points':NaN", "/data/content/points"),
        new("a comment", Course, "'uuid':null", "'uuid':null/* none */", "/data/user"),
        new("a trailing comma", Course, "'uuid':null", "'uuid':null,", "/data/user"),
        new("a key without quotes", Course, "'uuid':null", "uuid:null", "/data/user"),
        new("a leading zero", Course, "'id':12345}", "'id':012345}", "/data/institution/id"),
        new("a raw line feed in a text", Course, "'name':'Student'", "'name':'a\nb'", "/data/user/name"),
        new("deep nesting in an unknown key", Course, "'uuid':null", $"'uuid':null,'deep':{new string('[', 20)}{new string(']', 20)}",
            "/data/user/deep", "/data/user/deep"),
        new("something after the end", Course, "'uuid':null}}}", "'uuid':null}}}{}", ""),
        new("a byte order mark", Course, "{'event':", "\uFEFF{'event':", ""),
    ];

    public string Text => Changed(Fixtures.Compact(Slug), Replace.Replace('\'', '"'), With.Replace('\'', '"'));

    public byte[] Utf8 => Encoding.UTF8.GetBytes(Text);

    public override string ToString() => What;

    private static string Changed(string fixture, string replace, string with)
    {
        var at = fixture.IndexOf(replace, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The fixture has no {replace}.");
        return string.Concat(fixture.AsSpan(0, at), with, fixture.AsSpan(at + replace.Length));
    }
}
