# What every target of the project has in common: language level, warnings as errors, hidden symbols, sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# keyrule_target(NAME): applies the project's rules to a target.
function(keyrule_target name)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # g++ 12 sees overlaps in std::string (GCC bug 105651)
                         -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Werror -fno-omit-frame-pointer)
  if(KEYRULE_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${KEYRULE_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(${name} PRIVATE -fsanitize=${KEYRULE_SANITIZE})
  endif()
  if(KEYRULE_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# keyrule_library(NAME SOURCES…): one static library a folder; includes are written from the project's root.
function(keyrule_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  keyrule_target(${name})
endfunction()
