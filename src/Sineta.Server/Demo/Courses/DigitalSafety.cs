using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class DigitalSafety
{
    public static DemoCourse Course { get; } = new(
        "Segurança digital na escola",
        "Senhas, golpes e redes: o que professores, secretaria e estudantes precisam saber para trabalhar e estudar sem sustos.",
        Hours: 8, DemoTemplate.Achievement,
        [
            new("Senhas que resistem",
            [
                Reading("Por que as senhas vazam", """
                    Quase nenhuma senha é adivinhada letra por letra. Elas vazam **em conjunto**: um site é invadido, a lista aparece na
                    internet, e programas experimentam cada par de e-mail e senha em centenas de outros sites. Quem usa a mesma senha no
                    e-mail e na loja de sapatos entrega os dois de uma vez.

                    Por isso o tamanho e a exclusividade valem mais que símbolos estranhos:

                    - uma **frase** de quatro ou cinco palavras sem relação entre si é longa e fácil de lembrar;
                    - cada serviço tem a **sua** frase;
                    - um gerenciador guarda as que não cabem na memória.

                    Trocar a senha todo mês, sem motivo, só leva a `Escola01`, `Escola02`, `Escola03`. Troque quando houver sinal de
                    vazamento.
                    """),
                Reading("O segundo fator", """
                    O segundo fator é algo que você **tem**, somado ao que você **sabe**. Pode ser um aplicativo que mostra seis números,
                    uma chave física ou, na falta deles, uma mensagem no celular. Mesmo com a senha na mão, quem está longe não entra.

                    Comece pelo e-mail: é por ele que todas as outras senhas são redefinidas. Depois o banco, o sistema da secretaria e as
                    redes sociais da escola. Guarde os códigos de recuperação impressos, em uma gaveta com chave, e não no próprio
                    celular.
                    """),
                Exam("Verifique o que aprendeu", attempts: 3,
                    One("Qual destas senhas resiste melhor?", 2,
                        ["Escola@2024", "J0@o!", "girafa varanda trovão caderno", "123456789"],
                        "Quatro palavras sem relação somam mais possibilidades que uma palavra com símbolos, e são fáceis de lembrar."),
                    Many("Onde vale ligar primeiro o segundo fator?", [0, 2],
                        ["No e-mail", "No site de receitas", "No sistema da secretaria", "No jogo do celular"],
                        "O e-mail redefine todas as outras senhas, e o sistema da secretaria guarda dados de crianças.")),
            ]),
            new("Golpes e redes",
            [
                Reading("Três sinais de um golpe", """
                    Uma mensagem falsa quase sempre junta três coisas: **pressa** (“sua conta será bloqueada hoje”), **segredo** (“não
                    comente com a coordenação”) e um **caminho fora do comum** (um link encurtado, um boleto novo, um número desconhecido
                    que diz ser a diretora).

                    Diante de duas delas, pare. Ligue para a pessoa pelo número que você já tinha. Não responda na própria conversa: quem
                    escreve é justamente quem não se pode confirmar. E se já clicou, avise logo: nos primeiros minutos ainda se troca a
                    senha, se bloqueia a transferência e se protegem os colegas.
                    """),
                Watch("Um sino que não toca sozinho", DemoMedia.Video, """
                    Dez segundos de animação: cada toque do sino só sai depois de conferido. Com as mensagens é igual: primeiro confira,
                    depois aja.
                    """),
                Exam("Golpe ou não?", attempts: 3,
                    One("A “diretora” pede por um número novo que você pague um boleto em segredo. O que fazer primeiro?", 1,
                        ["Pagar e avisar depois", "Ligar para o número dela que você já tinha",
                         "Responder pedindo o CPF", "Encaminhar aos colegas"],
                        "Confirme por um caminho que você já conhecia, nunca pela própria conversa."),
                    Short("Complete: pressa, segredo e um caminho fora do comum são sinais de um …", ["golpe", "um golpe"],
                        "Dois desses sinais juntos já bastam para parar e confirmar.")),
            ]),
        ]);
}
