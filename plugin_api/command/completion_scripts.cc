#include "plugin_api/command/completion_scripts.h"

namespace keyrule::command {

// Bash cuts words at `=` and `:` as well, and puts what is offered in the place of the last piece only.
const std::string_view kBashScript = R"BASH(# Completion of `keyrule` for bash 4.1 or later, made by `keyrule completion bash`.

# The words up to the cursor as they were typed: pieces that nothing separates belong together.
__keyrule_words() {
  local line=${COMP_LINE:0:COMP_POINT} i piece
  __keyrule_line=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then piece=${piece:0:${#line}}; fi
    if [[ $line == [[:space:]]* || i -eq 0 ]]; then
      line=${line#"${line%%[![:space:]]*}"}
      __keyrule_line+=("")
    fi
    if ((i == COMP_CWORD)); then piece=$line; fi
    line=${line#"$piece"}
    __keyrule_line[${#__keyrule_line[@]}-1]+=$piece
  done
}

# A word as the shell would read it, quotes and backslashes taken out.
__keyrule_unquote() {
  local text=$1 out="" quote="" c i
  for ((i = 0; i < ${#text}; i++)); do
    c=${text:i:1}
    if [[ $c == "\\" && $quote != "'" ]]; then
      ((i++))
      out+=${text:i:1}
    elif [[ -n $quote && $c == "$quote" ]]; then
      quote=""
    elif [[ -z $quote && ($c == "'" || $c == '"') ]]; then
      quote=$c
    else
      out+=$c
    fi
  done
  REPLY=$out
}

_keyrule() {
  local __keyrule_line typed word line files prefix cut="" i REPLY
  local -a words=() found=()
  __keyrule_words
  typed=${__keyrule_line[${#__keyrule_line[@]}-1]}
  for ((i = 1; i < ${#__keyrule_line[@]}; i++)); do
    __keyrule_unquote "${__keyrule_line[i]}"
    words+=("$REPLY")
  done
  COMPREPLY=()
  # What stands before the last of these signs is not replaced.
  if [[ $COMP_WORDBREAKS == *=* && $typed == *=* ]]; then cut=${typed%"${typed##*=}"}; fi
  if [[ $COMP_WORDBREAKS == *:* && ${typed#"$cut"} == *:* ]]; then cut=${typed%"${typed##*:}"}; fi
  while IFS= read -r line; do
    case $line in
      :goes-on) compopt -o nospace 2>/dev/null ;;
      ":files "* | ":folders "* | ":policies "* | ":json "*)
        files=${line%% *}
        prefix=${line#* }
        word=${words[${#words[@]}-1]#"$prefix"}
        compopt -o filenames 2>/dev/null
        case $files in
          :folders) mapfile -t found < <(compgen -d -- "$word") ;;
          :files) mapfile -t found < <(compgen -f -- "$word") ;;
          :policies) mapfile -t found < <(compgen -d -- "$word"; compgen -f -X '!*.keyrule' -- "$word") ;;
          :json) mapfile -t found < <(compgen -d -- "$word"; compgen -f -X '!*.json' -- "$word") ;;
        esac
        for word in "${found[@]}"; do COMPREPLY+=("${word#"${cut#"$prefix"}"}"); done
        ;;
      *)
        word=${line%%$'\t'*}
        word=${word#"$cut"}
        printf -v word %q "$word"
        # Signs that are safe stay as they are: people read this.
        word=${word//\\,/,}
        COMPREPLY+=("${word//\\=/=}")
        ;;
    esac
  done < <("${__keyrule_line[0]/#\~/$HOME}" __complete -- "${words[@]}" 2>/dev/null)
}

complete -F _keyrule keyrule
)BASH";

const std::string_view kZshScript = R"ZSH(#compdef keyrule
# Completion of `keyrule` for zsh 5.0 or later, made by `keyrule completion zsh`.

_keyrule() {
  emulate -L zsh
  setopt extended_glob
  local line word says files= prefix=
  local -a typed offered joined going
  local goes_on=
  typed=("${(@Q)words[2,CURRENT]}")
  # What stands behind the cursor in its word is not asked about.
  typed[-1]=${(Q)PREFIX}
  for line in "${(@f)$(${(Q)words[1]} __complete -- "${typed[@]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :goes-on) goes_on=1 ;;
      (:files|:folders|:policies|:json)\ *)
        files=${line%% *}
        prefix=${line#* }
        ;;
      *)
        word=${line%%$'\t'*}
        says=${line#*$'\t'}
        word=${word//\\/\\\\}
        offered+=("${word//:/\\:}${says:+:$says}")
        ;;
    esac
  done
  local done=1
  if (( $#offered )); then
    if [[ -n $goes_on ]]; then
      _describe -t values keyrule offered -S '' && done=0
    else
      _describe -t values keyrule offered && done=0
    fi
  fi
  if [[ -n $files ]]; then
    [[ -n $prefix ]] && compset -P "${(b)prefix}"
    case $files in
      :folders) _files -/ && done=0 ;;
      :files) _files && done=0 ;;
      :policies) _files -g '*.keyrule' && done=0 ;;
      :json) _files -g '*.json' && done=0 ;;
    esac
  fi
  return done
}

if [[ $funcstack[1] == _keyrule ]]; then
  _keyrule "$@"
else
  compdef _keyrule keyrule
fi
)ZSH";

const std::string_view kFishScript = R"FISH(# Completion of `keyrule` for fish 3.1 or later, made by `keyrule completion fish`.

function __keyrule_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # As the shell would read it.
    set -l current (string unescape -- $typed; or echo -- $typed)
    for line in (command $words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':goes-on'
                continue
            case ':files *' ':folders *' ':policies *' ':json *'
                set -l kind (string split -m 1 ' ' -- $line)
                set -l prefix $kind[2]
                set -l path (string sub -s (math (string length -- "$prefix") + 1) -- "$current")
                switch $kind[1]
                    case ':folders'
                        printf '%s\n' "$prefix"(__fish_complete_directories "$path" '')
                    case ':files'
                        printf '%s\n' "$prefix"(__fish_complete_path "$path")
                    case ':policies'
                        printf '%s\n' "$prefix"(__fish_complete_path "$path" | string match -r '^[^\t]*(?:/|\.keyrule)(?:\t.*)?$')
                    case ':json'
                        printf '%s\n' "$prefix"(__fish_complete_path "$path" | string match -r '^[^\t]*(?:/|\.json)(?:\t.*)?$')
                end
            case '*'
                echo -- $line
        end
    end
end

complete -c keyrule -f -a '(__keyrule_complete)'
)FISH";

}  // namespace keyrule::command
